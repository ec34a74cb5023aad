"""Users and tasks to try the API with."""

from flask import Flask
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from server.models import Task, User, db

DEMO_USERS = {
    "ana": ("open sesame", ["Read RFC 7519", "Water the plants"]),
    "bruno": ("correct horse", ["Call Ana"]),
}


def seed(app: Flask) -> None:
    """Add the demo users, each with a password and tasks. Users that are there already stay as they are."""
    with app.app_context():
        for username, (password, titles) in DEMO_USERS.items():
            if db.session.scalar(select(User).filter_by(username=username)) is None:
                tasks = [Task(title=title) for title in titles]
                password_hash = generate_password_hash(password)
                db.session.add(User(username=username, password_hash=password_hash, tasks=tasks))
        db.session.commit()
