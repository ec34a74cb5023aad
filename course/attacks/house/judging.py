"""`judge_patch(name, make_app)`: is a broken server repaired? Attacks must fail and honest users must come in, over HTTP."""

import tempfile
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import flask
import jwt
import requests

from course.attacks.house.running import known
from course.attacks.house.servers import MakeApp, new_flag, new_key
from course.attacks.house.trials import ATTACKS, HONEST, Door
from course.problem import Problem
from course.servers.background import BackgroundServer

BY_LUCK = (
    "It holds by luck: PyJWT did not take the key of one attack, and your code would have tried it. "
    "Name the one algorithm of your key, and it also holds with another library."
)


@dataclass
class Judgement:
    """What came of the attacks on a patched server, and of its honest users.

    Attributes:
        name (str): the server.
        faults (list[str]): sentences of what is wrong. Empty if it is repaired.
        attacks (int): how many attacks were tried.
        by_luck (bool): whether an attack failed for a reason of the library alone.
    """

    name: str
    faults: list[str] = field(default_factory=list)
    attacks: int = 0
    by_luck: bool = False

    def __repr__(self):
        if self.faults:
            return "\n".join([f"{self.name} is not repaired.", *self.faults])
        said = (
            f"{self.name} is repaired: {self.attacks} attacks failed, and its honest users came in."
        )
        return f"{said}\n{BY_LUCK}" if self.by_luck else said


def judge_patch(name: str, make_app: MakeApp) -> list[str]:
    """Attack a patched server, and visit it as honest users do. What counts is what it answers, not how it is written.

    Args:
        name: the server, as in `fresh_house`.
        make_app: a function of (flag, key) that makes the patched app, as that of the broken server does.

    Returns:
        list[str]: sentences of what is wrong. Empty if the patch is right.

    Raises:
        Problem: there is no such server.

    Example:
        >>> def reader(flag, key):
        ...     def sign(claims):
        ...         return jwt.encode(claims, key)
        ...     def verify(token):
        ...         return jwt.decode(token, key, algorithms=["HS256"])
        ...     return vault(flag, sign, verify)
        >>> judge_patch("reader", reader)
        []
    """
    return judge(name, make_app).faults


def judge(name: str, make_app: MakeApp) -> Judgement:
    """The same as `judge_patch`, with what was tried."""
    judgement = Judgement(known(name))
    with tempfile.TemporaryDirectory() as folder:
        flag, key = new_flag(), new_key(name, Path(folder))
        try:
            app = made_app(make_app, flag, key)
        except Problem as problem:
            judgement.faults.append(str(problem))
            return judgement
        with BackgroundServer(app) as server, requests.Session() as session:
            door = Door(server.url, flag, key, session)
            try:
                judgement.faults += HONEST[name](door)
                for attack, came_of_it in ATTACKS[name](door):
                    judgement.attacks += 1
                    judgement.faults += [f"Got in: {attack}. {came_of_it}"] if came_of_it else []
            except requests.RequestException as error:
                judgement.faults.append(f"The server did not answer: {type(error).__name__}.")
            except jwt.PyJWTError as error:
                judgement.faults.append(f"POST /token gives a token that cannot be read: {error}.")
    judgement.by_luck = door.by_luck
    return judgement


def made_app(make_app: Any, flag: str, key: Any) -> flask.Flask:
    """The app that a function of a student makes.

    Raises:
        Problem: it makes none.
    """
    if not callable(make_app) or isinstance(make_app, flask.Flask):
        raise Problem(
            f"A patch is a function of (flag, key) that makes an app. This is {type(make_app).__name__}: "
            "give the function itself, without calling it."
        )
    name = getattr(make_app, "__name__", type(make_app).__name__)
    try:
        with redirect_stdout(StringIO()):
            app = make_app(flag, key)
    except Exception as error:
        raise Problem(
            f"{name}(flag, key) made no app, it raised {type(error).__name__}: {error}."
        ) from error
    if not isinstance(app, flask.Flask):
        raise Problem(
            f"{name}(flag, key) must return the app, and returned {type(app).__name__}. Is `return` missing?"
        )
    return app
