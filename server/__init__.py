"""The API of the course. It grows in stages: each adds one idea in one module, and has one lesson."""

from importlib import import_module
from typing import Any

from flask import Flask

from server.setup import SettingsError

# Each stage is the module of this name.
STAGES = (
    "setup",
    "login",
    "private",
    "errors",
    "refresh",
    "revocation",
    "roles",
    "browser",
    "cookies",
    "keys",
    "production",
)

__all__ = ["STAGES", "SettingsError", "create_app"]


def create_app(stage: str | None = None, **settings: Any) -> Flask:
    """Build the API up to and including one stage.

    Args:
        stage: a name in `STAGES`, such as "login"; None builds all of them.
        **settings: what else comes from the environment, JWT_SECRET_KEY, DATABASE_URL, ALLOWED_ORIGIN,
            COOKIES_WITHOUT_SECURE, SIGNING_KEYS, REDIS_URL and TRUSTED_PROXIES (all str), and any other setting of
            Flask and its extensions.

    Returns:
        Flask: a new app, with its tables made in the database.

    Raises:
        SettingsError: there is no such stage, or a setting is missing or unsafe.
    """
    if stage is not None and stage not in STAGES:
        raise SettingsError(f"There is no stage {stage!r}. Choose one of: {', '.join(STAGES)}.")
    app = Flask("server", static_folder=None)
    app.config.update(settings)
    for name in STAGES:
        import_module(f"server.{name}").add_to(app)
        if name == stage:
            break
    return app
