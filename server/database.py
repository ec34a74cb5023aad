"""The database of an app: its address, its connections, its tables."""

import os
import weakref

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from server import temporary
from server.setup import SettingsError, setting

OPTIONS = {
    "hide_parameters": True,  # in error messages, where one of them may be a password hash
    "pool_pre_ping": True,  # replaces a connection that a restart of the database broke
}


def connect(app: Flask, database: SQLAlchemy) -> None:
    """Connect the app to the database of DATABASE_URL, and make the tables that are missing.

    Raises:
        SettingsError: DATABASE_URL cannot be read, or nothing answers there.
    """
    if "SQLALCHEMY_DATABASE_URI" in app.config:
        raise SettingsError("Name the database in DATABASE_URL, not in SQLALCHEMY_DATABASE_URI.")
    options = app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {})
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = OPTIONS | options
    try:
        url = make_url(setting(app, "DATABASE_URL") or "sqlite:///server.db")
        is_temporary = temporary.is_in_memory(url)
        if is_temporary:
            url = temporary.new_file()
        if url.get_backend_name() == "sqlite":
            url = url.set(query={"timeout": "30", **url.query})  # seconds to wait for other writers
        app.config["SQLALCHEMY_DATABASE_URI"] = url
        database.init_app(app)
        with app.app_context():
            engine = database.engine
        if is_temporary:
            temporary.keep_as_long_as(app, engine)
        reconnect_after_a_fork(engine)
        make_tables(engine, database)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "DATABASE_URL is not the address of a database. "
            "It looks like sqlite:///server.db or postgresql+psycopg://user:password@host/database."
        ) from None
    except ImportError as error:
        raise SettingsError(
            f"The driver of DATABASE_URL cannot be loaded: {error}. Install it, or use PostgreSQL through "
            'postgresql+psycopg://user:password@host/database after: python -m pip install "psycopg[binary]"'
        ) from None
    except (DBAPIError, OSError) as error:
        reason = str(getattr(error, "orig", error)).strip()
        raise SettingsError(f"The database of DATABASE_URL cannot be opened: {reason}") from None


def reconnect_after_a_fork(engine: Engine) -> None:
    """Let no two processes talk over one connection: they would read each other's answers."""
    reference = weakref.ref(engine)

    def forget_connections():
        if (engine := reference()) is not None:
            engine.dispose(close=False)

    if hasattr(os, "register_at_fork"):  # Windows has no fork
        os.register_at_fork(after_in_child=forget_connections)


def make_tables(engine: Engine, database: SQLAlchemy) -> None:
    """Make the tables that are missing. When processes start at once, one makes them and the others wait."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7519)")
        database.metadata.create_all(connection)
