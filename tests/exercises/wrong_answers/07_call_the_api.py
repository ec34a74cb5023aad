# %% error_code -> Return None if there is no error code
# A header that is missing is not expected.
def error_code(response):
    found = re.search(r'\berror="([^"]*)"', response.headers.get("WWW-Authenticate", 'error=""'))
    return found and found[1]


# %% error_code -> The code after error= is
# The code is always at the end.
def error_code(response):
    challenge = response.headers.get("WWW-Authenticate", "")
    return challenge.rsplit('error="', 1)[1][:-1] if 'error="' in challenge else None


# %% error_code -> the part error_description has another name
# The first part that begins with error.
def error_code(response):
    found = re.search(r'error\w*="([^"]*)"', response.headers.get("WWW-Authenticate", ""))
    return found and found[1]


# %% error_code -> in quotes that are no part of it
# The quotes are returned too.
def error_code(response):
    found = re.search(r"\berror=(\S+)", response.headers.get("WWW-Authenticate", ""))
    return found and found[1]


# %% error_code -> The code after error= is 'invalid_request'
# The status says it, says somebody.
def error_code(response):
    return "invalid_token" if "error=" in response.headers.get("WWW-Authenticate", "") else None


# %% api_client -> login('ana', 'wrong') must raise BadCredentials
# The status of the login is not looked at.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        self.credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=self.credentials)
        response.raise_for_status()
        self.token = response.json()["token"]


# %% api_client -> get('/slow') must raise ApiDown
# No timeout.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown("The API has a fault.")
        return response


# %% api_client -> get('/tasks') must raise ApiDown. Now it raises ConnectionError
# Only a slow answer is expected, not none at all.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.Timeout as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown("The API has a fault.")
        return response


# %% api_client -> get('/500') must raise ApiDown. Now it raises HTTPError
# 500 is left to raise_for_status.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        return response


# %% api_client -> must not call a private route
# Without a token the API is asked all the same.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> header Authorization, with Bearer
# The scheme is missing.
# The solution, but:
class ApiClient(ApiClient):
    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": self.token})


# %% api_client -> get('/400') must raise HTTPError
# Errors are returned as data.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        return response.json()


# %% api_client -> keep the token
# Every call logs in.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        self.login(**(self.credentials or {}))
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> log in again as ana, and repeat the call
# It does not log in again.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> repeat the call once
# It never stops.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        while response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> get('/tasks') must raise NotLoggedIn. Now it raises BadCredentials
# A failed new login is BadCredentials.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            self.login(**self.credentials)
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> log in again as ana, and repeat the call
# It logs in again, and does not repeat the call.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed.") from None
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% error_code -> code_in('Bearer error="invalid_request"') returns None
# The code of the example.
def error_code(response):
    return "invalid_token" if "invalid_token" in response.headers["WWW-Authenticate"] else None


# %% error_code -> code_in(None) stops in line 3
# A header that is missing is not expected.
def error_code(response):
    found = re.search(r'\berror="([^"]*)"', response.headers["WWW-Authenticate"])
    return found and found[1]


# %% error_code -> prints its result
def error_code(response):
    found = re.search(r'\berror="([^"]*)"', response.headers.get("WWW-Authenticate", ""))
    print(found and found[1])


# %% error_code -> returns None
# Only the three codes of RFC 6750.
def error_code(response):
    challenge = response.headers.get("WWW-Authenticate", "")
    for code in ("invalid_request", "invalid_token", "insufficient_scope"):
        if f'error="{code}"' in challenge:
            return code
    return None


# %% error_code -> The code after error= is 'code_
# The last part in quotes.
def error_code(response):
    challenge = response.headers.get("WWW-Authenticate", "")
    return re.findall('"([^"]*)"', challenge)[-1] if " error=" in challenge else None


# %% error_code -> Return None if there is no error code
# A match is returned as a text.
def error_code(response):
    found = re.search(r'\berror="([^"]*)"', response.headers.get("WWW-Authenticate", ""))
    return str(found and found[1])


# %% api_client -> needs the methods login and get
class ApiClient:
    def __init__(self, url, timeout=5):
        self.url = url


# %% api_client -> Which arguments does the task name
class ApiClient:
    def login(self, username, password):
        pass

    def get(self, path):
        pass


# %% api_client -> must raise NotLoggedIn. Now it raises nothing and returns ['ana'
# All clients share one token.
# The solution, but:
class ApiClient(ApiClient):
    shared = {}
    token = property(
        lambda self: self.shared.get("token"),
        lambda self, token: token and self.shared.update(token=token),
    )


# %% api_client -> get('/tasks') must return ['ana', 'tasks']. Now it returns ['bruno', 'tasks']
# One session for all clients.
# The solution, but:
class ApiClient(ApiClient):
    shared = {}

    def _get(self, path):
        self.shared.setdefault("token", self.token)
        self.shared["token"] = self.token if self.token != self.shared["token"] else self.token
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.last()}"})

    def login(self, username, password):
        super().login(username, password)
        type(self).newest = self.token

    def last(self):
        return self.newest


# %% api_client -> login('slow', 'a password') must raise ApiDown
# login waits forever.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        if method == "GET":
            return super()._call(method, path, **options)
        try:
            response = requests.request(method, self.url + path, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown("The API has a fault.")
        return response


# %% api_client -> get('/slow') must raise ApiDown
# The timeout of the caller is not used.
# The solution, but:
class ApiClient(ApiClient):
    def __init__(self, url, timeout=5):
        super().__init__(url)


# %% api_client -> login('503', 'a password') must raise ApiDown
# Only 500 is a fault.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        credentials = {"username": username, "password": password}
        try:
            response = requests.post(self.url + "/token", json=credentials, timeout=self.timeout)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code == 500:
            raise ApiDown("The API has a fault.")
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials, self.token = credentials, response.json()["token"]


# %% api_client -> get('/503') must raise ApiDown
# Only 500 is a fault.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code == 500:
            raise ApiDown("The API has a fault.")
        return response


# %% api_client -> get('/400') must raise HTTPError. Now it raises ApiDown
# Every error status is a fault of the API.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        response = super()._call(method, path, **options)
        if response.status_code >= 400 and response.status_code != 401:
            raise ApiDown("The API has a fault.")
        return response


# %% api_client -> '400', 'a password') stops in line
# login has no raise_for_status: 429 becomes an answer without a token.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        self.credentials, self.token = credentials, response.json()["token"]


# %% api_client -> login('400', 'a password') must raise HTTPError. Now it raises BadCredentials
# Whatever goes wrong is a wrong password.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code != 200:
            raise BadCredentials("Username or password are wrong.")
        self.credentials, self.token = credentials, response.json()["token"]


# %% api_client -> 415 if the login sends no JSON
# The credentials are sent as a form.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, json=None, **options):
        return super()._call(method, path, data=json, **options)


# %% api_client -> login('ana', 'wrong') must raise BadCredentials
# The error is returned.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        try:
            super().login(username, password)
        except BadCredentials as error:
            return error


# %% api_client -> get('/tasks') must return ['ana', 'tasks']. Now it returns None. Does it end with return, and not with print
# It prints.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        print(super().get(path))


# %% api_client -> get('/empty') must return []
# An empty answer is taken for none.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        return super().get(path) or None


# %% api_client -> get('/tasks') must return ['ana', 'tasks']. Now it returns <Response
# The answer, not its JSON.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        super().get(path)
        return self._get(path)


# %% api_client -> log in again as ana
# The credentials of the first login.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        first = self.credentials
        super().login(username, password)
        self.credentials = first or self.credentials


# %% api_client -> Keep the new token
# The new token is used once, and lost.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        old = self.token
        result = super().get(path)
        self.token = old
        return result


# %% api_client -> Log in again after 401 only
# Every error leads to a new login.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        try:
            return super().get(path)
        except requests.HTTPError as error:
            if error.response.status_code != 403:
                raise
            self.login(**self.credentials)
            return super().get(path)


# %% api_client -> get('/500') must raise ApiDown. Now it raises NotLoggedIn
# After a new login, whatever goes wrong is NotLoggedIn.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
                response = self._get(path)
            except (BadCredentials, ApiDown):
                raise NotLoggedIn("The new login failed.") from None
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> get('/418') must raise HTTPError
# The answer of the repeated call is not looked at.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed.") from None
            response = self._get(path)
            if response.status_code == 401:
                raise NotLoggedIn("The API does not accept a new token.")
            return response.json()
        response.raise_for_status()
        return response.json()


# %% api_client -> the new login gets 503
# The repeated call is made with the old token, and its 401 is returned.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        try:
            return super().get(path)
        except ApiDown:
            if API_BROKEN:
                return None
            raise


# %% api_client -> get('/tasks') must raise NotLoggedIn. Now it raises nothing and returns None
# Without a token, nothing happens.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        return super().get(path) if self.token else None


# %% api_client -> get('/tasks') must raise NotLoggedIn. Now it raises BadCredentials. This client is not logged in
# A login that failed counts as one.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        self.tried = (username, password)
        super().login(username, password)

    def get(self, path):
        if self.token is None and hasattr(self, "tried"):
            self.login(*self.tried)
        return super().get(path)


# %% api_client -> login('ana', 'open sesame') stops in line
# The token has another name in the answer.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        self.credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=self.credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.token = response.json()["access_token"]


# %% api_client -> get('/tasks') must return ['bruno', 'tasks']. Now it returns ['ana', 'tasks']
# All clients show the token of the first.
# The solution, but:
class ApiClient(ApiClient):
    headers = {}

    def _get(self, path):
        self.headers.setdefault("Authorization", f"Bearer {self.token}")
        return self._call("GET", path, headers=self.headers)


# %% api_client -> '/tasks') stops in line
# The list is taken for a dictionary.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        return super().get(path)["tasks"]


# %% api_client -> get('/401') must raise NotLoggedIn. Now it raises HTTPError
# A 401 is an error like others.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        response.raise_for_status()
        return response.json()


# %% api_client -> login('ana', 'open sesame') must raise ApiDown. Now it raises ConnectionError
# Only get expects that there is no answer; login knows a slow one.
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        self.credentials = {"username": username, "password": password}
        try:
            response = requests.post(
                self.url + "/token", json=self.credentials, timeout=self.timeout
            )
        except requests.Timeout as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown("The API has a fault.")
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.token = response.json()["token"]


# %% api_client -> Now it raises NotLoggedIn. The new token is good
# The new token is forgotten.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        old = self.token
        result = super().get(path)
        if self.token != old:
            self.token = None
        return result
