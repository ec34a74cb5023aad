"""The process in which the broken servers run, as the notebook sees it."""

import hashlib

import requests

from course.attacks.house.servers import SERVERS
from course.problem import Problem
from course.servers.launching import BackgroundProcess

PROGRAM = "python -m course.attacks.house {port} "


class RunningHouse:
    """Broken servers in one process of their own, each with a new flag and a new key.

    Attributes:
        running (bool): whether the process is there.
    """

    def __init__(self, names: list[str], port: int = 0):
        self._session = requests.Session()
        self._process = BackgroundProcess(PROGRAM + " ".join(names), {}, port)
        while not self._has_its_port(names):
            self._process.stop()
            self._process = BackgroundProcess(PROGRAM + " ".join(names), {})
        self.port = self._process.port

    @property
    def running(self) -> bool:
        return self._process.running

    def url(self, name: str) -> str:
        """The address of a server, without a slash at the end."""
        return f"{self._process.url}/{name}"

    def is_flag(self, name: str, flag: object) -> bool:
        """Whether this is the flag of a server. The process tells only its SHA-256."""
        if not isinstance(flag, str):
            return False
        digest = hashlib.sha256(flag.strip().encode(errors="replace")).hexdigest()
        return digest == self._seal(name)["sha256"]

    def way(self, name: str) -> str:
        """What the header of the last token said that got the flag, such as "alg none"."""
        return self._seal(name)["way"]

    def stop(self) -> None:
        """End the process. Stopping twice is fine."""
        self._session.close()
        self._process.stop()

    def _has_its_port(self, names: list[str]) -> bool:
        """Whether the house itself answers: another program may have taken the port while the house was starting."""
        try:
            answer = self._session.get(self._process.url, timeout=60)
            return set(answer.json()) == set(names) and self.running
        except (requests.RequestException, ValueError):
            return False

    def _seal(self, name: str) -> dict[str, str]:
        return self._session.get(self._process.url, timeout=60).json()[name]


class FreshHouse:
    """One broken server with a flag, a key and a port of its own.

    Attributes:
        url (str): where it answers, without a slash at the end.
    """

    def __init__(self, name: str):
        self._name = known(name)
        self._house = RunningHouse([name])
        self.url = self._house.url(name)

    def is_flag(self, flag: object) -> bool:
        """Whether this is the flag of this server."""
        return self._house.is_flag(self._name, flag)

    def stop(self) -> None:
        """End the server. Stopping twice is fine."""
        self._house.stop()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def __repr__(self):
        return f"<FreshHouse: {self._name}, {'running' if self._house.running else 'stopped'}>"


def fresh_house(name: str) -> FreshHouse:
    """Start one of the broken servers anew: another flag, another key, another port.

    So whoever wrote an attack can show that it works, and not only that somebody once had a flag.

    Args:
        name: "reader", "sign_up", "newsletter", "wallet", "cabinet", "two_locks", "second_token" or "key_set".

    Returns:
        FreshHouse: with `.url`, `.is_flag(flag)` and `.stop()`. It is also a context manager.

    Raises:
        Problem: there is no such server.

    Example:
        >>> with fresh_house("sign_up") as house:
        ...     ana = requests.post(f"{house.url}/users", json={"username": "ana"}).json()
        ...     answer = requests.get(f"{house.url}/flag", headers={"Authorization": "Bearer " + ana["token"]})
        ...     print(answer.status_code, house.is_flag("a guess"))
        403 False
    """
    return FreshHouse(name)


def known(name: object) -> str:
    """The name of a server.

    Raises:
        Problem: there is no such server.
    """
    if not isinstance(name, str) or name not in SERVERS:
        raise Problem(
            f"The house has no server {name!r:.60}. Its servers are: {', '.join(SERVERS)}."
        )
    return name
