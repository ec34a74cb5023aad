"""The tables: users, their tasks, their log-ins, what they were granted, and what failed."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

db = SQLAlchemy()


class User(db.Model):
    # Without this SQLite gives the id of a deleted user to the next one, and old tokens open the new account.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    tasks: Mapped[list["Task"]] = relationship(cascade="all, delete-orphan", order_by="Task.id")


class Task(db.Model):
    # A page that is out of date must not delete the next task in the place of a deleted one.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)


class Login(db.Model):
    """One log-in, from the password to the log-out. All its tokens name it in their claim sid."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    refresh_jti: Mapped[str] = mapped_column(String(36))  # the refresh token that works
    used_jti: Mapped[str | None] = mapped_column(String(36))  # the one before it
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    # Seconds since 1970: SQLite gives a DateTime back without its time zone.
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class Grant(db.Model):
    """A role of a user."""

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class Tries(db.Model):
    """Log-ins that may have failed, of one account or one address."""

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    forgotten_at: Mapped[int] = mapped_column(BigInteger, index=True)
