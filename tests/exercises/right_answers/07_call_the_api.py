# %% error_code -> a loop over the parts
def error_code(response):
    challenge = response.headers.get("WWW-Authenticate")
    if challenge is None:
        return None
    for part in challenge.removeprefix("Bearer").split(","):
        name, _, value = part.strip().partition("=")
        if name == "error":
            return value.strip('"')
    return None


# %% error_code -> find and slices
def error_code(response):
    challenge = " " + response.headers.get("www-authenticate", "").replace(",", ", ")
    start = challenge.find(' error="')
    if start < 0:
        return
    start += len(' error="')
    return challenge[start : challenge.index('"', start)]


# %% error_code -> werkzeug reads the header
def error_code(response):
    from werkzeug.datastructures import WWWAuthenticate

    challenge = WWWAuthenticate.from_header(response.headers.get("WWW-Authenticate"))
    return challenge.get("error") if challenge else None


# %% error_code -> findall, and a dictionary
def error_code(response):
    try:
        parts = dict(re.findall(r'(\w+)="(.*?)"', response.headers["WWW-Authenticate"]))
        return parts["error"]
    except KeyError:
        return None


# %% api_client -> a session that keeps the header, and two kinds of errors without an answer
class ApiClient:
    def __init__(self, url, timeout=5):
        self.url, self.timeout = url, timeout
        self.session = requests.Session()
        self.last_login = None

    def login(self, username, password):
        body = {"username": username, "password": password}
        answer = self.send("post", "/token", json=body)
        if answer.status_code == 401:
            raise BadCredentials
        answer.raise_for_status()
        self.session.headers["Authorization"] = "Bearer " + answer.json()["token"]
        self.last_login = (username, password)

    def get(self, path):
        if not self.last_login:
            raise NotLoggedIn
        for attempt in range(2):
            answer = self.send("get", path)
            if answer.status_code != 401:
                answer.raise_for_status()
                return answer.json()
            if attempt == 0:
                try:
                    self.login(*self.last_login)
                except BadCredentials:
                    break
        raise NotLoggedIn

    def send(self, method, path, **options):
        try:
            answer = getattr(self.session, method)(self.url + path, timeout=self.timeout, **options)
        except (requests.ConnectionError, requests.Timeout):
            raise ApiDown
        if answer.status_code // 100 == 5:
            raise ApiDown
        return answer


# %% api_client -> an authentication object, and the errors of raise_for_status
class Bearer(requests.auth.AuthBase):
    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class ApiClient:
    def __init__(self, url, timeout=5.0):
        self.url = url
        self.timeout = timeout
        self.auth = None

    def ask(self, method, path, **options):
        try:
            response = requests.request(
                method, f"{self.url}{path}", timeout=self.timeout, **options
            )
            response.raise_for_status()
            return response.json()
        except requests.HTTPError as error:
            if error.response.status_code >= 500:
                raise ApiDown(f"status {error.response.status_code}") from error
            raise
        except requests.RequestException as error:
            raise ApiDown("no answer") from error

    def login(self, username, password):
        try:
            answer = self.ask("POST", "/token", json=dict(username=username, password=password))
        except requests.HTTPError as error:
            if error.response.status_code == 401:
                raise BadCredentials("Wrong username or password") from None
            raise
        self.auth = Bearer(answer["token"])
        self.renew = lambda: self.login(username, password)

    def get(self, path):
        if self.auth is None:
            raise NotLoggedIn("Log in first")
        try:
            return self.ask("GET", path, auth=self.auth)
        except requests.HTTPError as error:
            if error.response.status_code != 401:
                raise
        try:
            self.renew()
            return self.ask("GET", path, auth=self.auth)
        except BadCredentials:
            raise NotLoggedIn("The password is no longer good")
        except requests.HTTPError as error:
            if error.response.status_code == 401:
                raise NotLoggedIn("The new token is refused")
            raise


# %% api_client -> a recursion that ends, and any failed new login is NotLoggedIn
class ApiClient:
    token = None

    def __init__(self, url: str, timeout: float = 5):
        from urllib.parse import urljoin

        self.address_of = lambda path: urljoin(url + "/", path.lstrip("/"))
        self.options = {"timeout": timeout}

    def _checked(self, response):
        if 500 <= response.status_code < 600:
            raise ApiDown("The API has a fault.")
        return response

    def login(self, username, password):
        import json

        try:
            response = requests.post(
                self.address_of("/token"),
                data=json.dumps({"username": username, "password": password}),
                headers={"Content-Type": "application/json"},
                **self.options,
            )
        except requests.exceptions.RequestException:
            raise ApiDown("no answer")
        match self._checked(response).status_code:
            case 200:
                self.token, self.credentials = response.json()["token"], (username, password)
            case 401:
                raise BadCredentials("wrong")
            case _:
                response.raise_for_status()

    def get(self, path, again=True):
        if self.token is None:
            raise NotLoggedIn("no token")
        headers = {"Authorization": "Bearer " + self.token, "Accept": "application/json"}
        try:
            response = requests.get(self.address_of(path), headers=headers, **self.options)
        except requests.exceptions.RequestException:
            raise ApiDown("no answer")
        if self._checked(response).status_code == 401 and again:
            try:
                self.login(*self.credentials)
            except Exception as error:
                raise NotLoggedIn("The new login failed.") from error
            return self.get(path, again=False)
        if response.status_code == 401:
            raise NotLoggedIn("The token is refused.")
        response.raise_for_status()
        return response.json()


# %% api_client -> urllib from the standard library
class ApiClient:
    def __init__(self, url, timeout=5):
        self.url, self.timeout, self.token, self.credentials = url, timeout, None, None

    def _call(self, path, body=None):
        import json
        import urllib.error
        import urllib.request

        headers = {"Content-Type": "application/json"}
        if body is None:
            headers["Authorization"] = f"bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(asked, timeout=self.timeout) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise ApiDown("fault") from None
            return error.code, None
        except OSError:
            raise ApiDown("no answer") from None

    def login(self, username, password):
        status, answer = self._call("/token", {"username": username, "password": password})
        if status == 401:
            raise BadCredentials("wrong")
        if status >= 400:
            raise requests.HTTPError(f"status {status}")
        self.token, self.credentials = answer["token"], (username, password)

    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Log in first.")
        status, answer = self._call(path)
        if status == 401:
            try:
                self.login(*self.credentials)
            except (BadCredentials, requests.HTTPError):
                raise NotLoggedIn("The new login failed.") from None
            status, answer = self._call(path)
        if status == 401:
            raise NotLoggedIn("The new token is refused.")
        if status >= 400:
            raise requests.HTTPError(f"status {status}")
        return answer
