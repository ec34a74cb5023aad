"""Who a request says that it comes from. Nobody has checked any of it here."""

import base64
from collections.abc import Mapping
from contextlib import suppress

from werkzeug.http import parse_cookie

from course.tokens.jws import decode_object


def claimed_user(environ: Mapping[str, str]) -> str:
    """The name in the credentials of a request (`environ` of PEP 3333): in its header, else in a token in a cookie."""
    scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "basic":
        with suppress(ValueError):
            return base64.b64decode(value).decode().partition(":")[0]
    tokens = [value] if scheme else _cookies(environ).values()
    return next(filter(None, map(_subject, tokens)), "")


def cookie_names(environ: Mapping[str, str]) -> list[str]:
    """The names of the cookies that came, without those that JupyterLab sets: a host shares its cookies."""
    own = ("_xsrf", "username-")
    return [name for name in _cookies(environ) if not name.startswith(own)]


def page_origin(environ: Mapping[str, str]) -> str:
    """The origin of the page that made a browser send a request: an Origin written by hand does not count.

    The User-Agent of web browsers begins with Mozilla/5.0 (Fetch standard, "default `User-Agent` value").
    """
    is_browser = environ.get("HTTP_USER_AGENT", "").startswith("Mozilla/5.0")
    return environ.get("HTTP_ORIGIN", "") if is_browser else ""


def _cookies(environ: Mapping[str, str]) -> Mapping[str, str]:
    try:
        return parse_cookie(environ.get("HTTP_COOKIE"))
    except UnicodeDecodeError:  # werkzeug reads UTF-8 only
        return {}


def _subject(token: str) -> str:
    try:
        return str(decode_object(token.split(".")[1]).get("sub", ""))
    except (ValueError, IndexError):
        return ""
