"""The tables: users and their tasks."""

import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.setup import SettingsError

db = SQLAlchemy()


class User(db.Model):
    # Without this SQLite gives the id of a deleted user to the next one, and old tokens open the new account.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    tasks: Mapped[list["Task"]] = relationship(cascade="all, delete-orphan", order_by="Task.id")


class Task(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)


def connect(app: Flask) -> None:
    """Connect the app to its database, and make the tables that are missing.

    Raises:
        SettingsError: DATABASE_URL cannot be read, or nothing answers there.
    """
    url = app.config.get("DATABASE_URL") or os.environ.get("DATABASE_URL") or "sqlite:///server.db"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    try:
        db.init_app(app)
        with app.app_context():
            db.create_all()
    except ArgumentError:
        raise SettingsError(
            "DATABASE_URL is not the address of a database. "
            "It looks like sqlite:///server.db or postgresql+psycopg://user:password@host/database."
        ) from None
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"DATABASE_URL needs the module {error.name}. Install the driver of that database first, "
            'for PostgreSQL with: python -m pip install "psycopg[binary]"'
        ) from None
    except DatabaseError as error:
        raise SettingsError(
            f"The database of DATABASE_URL cannot be opened: {str(error.orig).strip()}"
        ) from None
