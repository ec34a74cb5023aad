"""The one place where the server asks what time it is."""

from datetime import UTC, datetime


def now() -> int:
    """Return the seconds since 1970, as in the claims of a token (NumericDate, RFC 7519 section 2)."""
    return int(datetime.now(UTC).timestamp())
