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
# The solution, but:
class ApiClient(ApiClient):
    def login(self, username, password):
        self.credentials = {"username": username, "password": password}
        response = self._call("POST", "/token", json=self.credentials)
        response.raise_for_status()
        self.token = response.json()["token"]


# %% api_client -> a route that is too slow
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


# %% api_client -> when the API is gone
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


# %% api_client -> a route that answers 500
# 500 is left to raise_for_status.
# The solution, but:
class ApiClient(ApiClient):
    def _call(self, method, path, **options):
        try:
            response = requests.request(method, self.url + path, timeout=self.timeout, **options)
        except requests.RequestException as error:
            raise ApiDown("The API does not answer.") from error
        return response


# %% api_client -> requests before a login
# Without a token the API is asked all the same.
# The solution, but:
class ApiClient(ApiClient):
    def get(self, path):
        response = self._get(path)
        if response.status_code == 401:
            raise NotLoggedIn("The API does not accept the token.")
        response.raise_for_status()
        return response.json()


# %% api_client -> For get, the result must be
# The scheme is missing.
# The solution, but:
class ApiClient(ApiClient):
    def _get(self, path):
        return self._call("GET", path, headers={"Authorization": self.token})


# %% api_client -> a route that answers 418
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


# %% api_client -> log in again and repeat the call
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


# %% api_client -> For a route that answers 401
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


# %% api_client -> If the password has changed
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


# %% api_client -> log in again and repeat the call
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
