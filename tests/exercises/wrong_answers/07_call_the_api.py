# %% error_code -> Return None if there is no error code
# A header that is missing is not expected.
def error_code(response):
    found = re.search(r'\berror="([^"]*)"', response.headers.get("WWW-Authenticate", "error=\"\""))
    return found and found[1]


# %% error_code -> any order
# The code is always at the end.
def error_code(response):
    challenge = response.headers.get("WWW-Authenticate", "")
    return challenge.rsplit('error="', 1)[1][:-1] if 'error="' in challenge else None


# %% error_code -> error_description is another part
# The first part that begins with error.
def error_code(response):
    found = re.search(r'error\w*="([^"]*)"', response.headers.get("WWW-Authenticate", ""))
    return found and found[1]


# %% error_code -> between the quotes
# The quotes are returned too.
def error_code(response):
    found = re.search(r"\berror=(\S+)", response.headers.get("WWW-Authenticate", ""))
    return found and found[1]


# %% error_code -> between the quotes
# The status says it, says somebody.
def error_code(response):
    return "invalid_token" if "error=" in response.headers.get("WWW-Authenticate", "") else None


# %% api_client -> a wrong password, the result must be BadCredentials
# The status of the login is not looked at.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> a route that is too slow
# No timeout.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> when the API is gone
# No answer is not expected.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.Timeout as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> a route that answers 500
# 500 is left to raise_for_status.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        return response


# %% api_client -> get before a login
# No token is sent as None.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**(self.credentials or {'username': '', 'password': ''}))
            except BadCredentials:
                raise BadCredentials("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> For get, the result must be
# The scheme is missing.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": self.token})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> a route that answers 418
# Errors are returned as data.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> keep the token
# Every call logs in.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        self.login(**self.credentials)
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> log in again and repeat the call
# It does not log in again.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> For a route that answers 401
# It never stops.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        while response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> If the password has changed
# A failed new login is BadCredentials.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            self.login(**self.credentials)
            response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response


# %% api_client -> log in again and repeat the call
# It logs in again, and does not repeat the call.
class ApiClient:
    """A client of the API that keeps its token."""

    def __init__(self, url: str, timeout: float = 5):
        self.url = url
        self.timeout = timeout
        self.credentials = None
        self.token = None

    def login(self, username: str, password: str) -> None:
        credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=credentials)
        if response.status_code == 401:
            raise BadCredentials("Username or password are wrong.")
        response.raise_for_status()
        self.credentials = credentials
        self.token = response.json()["token"]

    def get(self, path: str):
        if self.token is None:
            raise NotLoggedIn("Call login first.")
        response = self._get(path)
        if response.status_code == 401:
            try:
                self.login(**self.credentials)
            except BadCredentials:
                raise NotLoggedIn("The password has changed. Log in again.") from None
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept a new token.")
        response.raise_for_status()
        return response.json()

    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": f"Bearer {self.token}"})

    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        if response.status_code >= 500:
            raise ApiDown(f"The API has a fault: {response.status_code}.")
        return response
