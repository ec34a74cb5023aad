"""Stage `private`: routes that need a token."""

import re

from flask import Flask, request
from flask_jwt_extended import current_user, jwt_required

from server.login import text_field
from server.models import Task, User, db


def add_to(app: Flask) -> None:
    """Add the current user, `GET /protected`, `GET /tasks` and `POST /tasks`."""
    jwt_manager = app.extensions["flask-jwt-extended"]

    @jwt_manager.user_lookup_loader
    def load_user(header, payload):
        # From here on the request holds a connection to the database, so no slow body may still be on its way.
        request.get_data()
        # Only what str(user.id) can give: int() also reads " 7", "007" and numbers that no column holds.
        if re.fullmatch("[1-9][0-9]{0,8}", payload["sub"]):
            return db.session.get(User, int(payload["sub"]))

    @app.get("/protected")
    @jwt_required()
    def protected():
        return {"id": current_user.id, "username": current_user.username}

    @app.get("/tasks")
    @jwt_required()
    def list_tasks():
        return [{"id": task.id, "title": task.title} for task in current_user.tasks]

    @app.post("/tasks")
    @jwt_required()
    def create_task():
        task = Task(title=text_field("title", 1, 200))
        current_user.tasks.append(task)
        db.session.commit()
        return {"id": task.id, "title": task.title}, 201
