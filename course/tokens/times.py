"""What the times of a token say at one moment: exp, nbf and iat (RFC 7519 section 4.1)."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_problem(payload: dict, now: float) -> str:
    """Return why a token must be refused at a moment, or an empty text.

    Args:
        payload: its claims.
        now: seconds since 1970, as `time.time()` gives them.
    """
    for name in ("exp", "nbf", "iat"):
        value = payload.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{name} is not a number."
    if payload.get("exp", now + 1) <= now:
        return f"It expired at {_shown(payload['exp'])} (exp)."
    if payload.get("nbf", now) > now:
        return f"It is not valid before {_shown(payload['nbf'])} (nbf)."
    if payload.get("iat", now) > now:
        return f"It was issued in the future, at {_shown(payload['iat'])} (iat)."
    return ""


def _shown(seconds: float) -> str:
    try:
        return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    except OverflowError:
        return str(seconds)
