"""Stage `private`: routes that need a token."""

import re

from flask import Flask, abort, request
from flask_jwt_extended import current_user, jwt_required
from sqlalchemy import delete

from server.login import text_field
from server.models import Task, User, db


def load_user(header: dict, payload: dict) -> User | None:
    """Return the user of a token, or None if there is none.

    Args:
        header, payload: the two readable sections of a token whose signature is right.
    """
    # From here on the request holds a connection to the database, so no slow body may still be on its way.
    request.get_data()
    # Only what str(user.id) can give: int() also reads " 7", "007" and numbers that no column holds.
    if re.fullmatch("[1-9][0-9]{0,8}", payload["sub"]):
        return db.session.get(User, int(payload["sub"]))
    return None


def add_to(app: Flask) -> None:
    """Add the current user, `GET /protected`, and the tasks of the caller."""
    app.extensions["flask-jwt-extended"].user_lookup_loader(load_user)

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
        title = text_field("title", 1, 200)
        if title.isspace():
            abort(400, "The field title must not be blank.")
        task = Task(title=title)
        current_user.tasks.append(task)
        db.session.commit()
        return {"id": task.id, "title": task.title}, 201

    @app.delete("/tasks/<int(min=1, max=2147483647):id>")
    @jwt_required()
    def delete_task(id):
        # The owner is a part of the query: a task of somebody else is not found, like one that does not exist.
        found = db.session.execute(delete(Task).filter_by(id=id, user_id=current_user.id))
        db.session.commit()
        if found.rowcount == 0:
            abort(404)
        return "", 204
