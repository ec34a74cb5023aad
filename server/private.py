"""Stage `private`: routes that need a token."""

import re

from flask import Flask, abort, request
from flask_jwt_extended import current_user, jwt_required
from sqlalchemy import delete

from server.login import text_field
from server.models import Task, User, db

# What a column of numbers holds in every database.
LARGEST_ID = 2147483647


def load_user(jwt_header: dict, jwt_payload: dict) -> User | None:
    """Return the user of a token, or None if there is none.

    Args:
        jwt_header, jwt_payload: the two readable sections of a token whose signature is right.
    """
    # From here on the request holds a connection to the database, so no slow body may still be on its way.
    request.get_data()
    text = jwt_payload["sub"]
    # Only what str(user.id) can give: int() also reads " 7" and "007".
    if re.fullmatch("[1-9][0-9]{0,9}", text) and int(text) <= LARGEST_ID:
        return db.session.get(User, int(text))
    return None


def add_reading(app: Flask) -> None:
    """Add `GET /protected` and `GET /tasks`: who is calling, and the tasks of the caller."""

    @app.get("/protected")
    @jwt_required()
    def protected():
        return {"id": current_user.id, "username": current_user.username}

    @app.get("/tasks")
    @jwt_required()
    def list_tasks():
        return [{"id": task.id, "title": task.title} for task in current_user.tasks]


def title_field() -> str:
    """Return the title in the request's JSON body. It has 1 to 200 characters, and not all of them are blank."""
    title = text_field("title", 1, 200)
    if title.isspace():
        abort(400, "The field title must not be blank.")
    return title


def add_creating(app: Flask) -> None:
    """Add `POST /tasks`: a new task of the caller."""

    @app.post("/tasks")
    @jwt_required()
    def create_task():
        task = Task(title=title_field())
        current_user.tasks.append(task)
        db.session.commit()
        return {"id": task.id, "title": task.title}, 201


def add_deleting(app: Flask) -> None:
    """Add `DELETE /tasks/<id>`, for tasks of the caller."""

    # Not in the rule: of several rules for one path, the first would answer 404, and the others 405.
    @app.url_value_preprocessor
    def refuse_what_no_column_holds(endpoint, values):
        if values and values.get("id", 0) > LARGEST_ID:
            abort(404)

    @app.delete("/tasks/<int:id>")
    @jwt_required()
    def delete_task(id):
        # The owner is a part of the query: a task of somebody else is not found, like one that does not exist.
        found = db.session.execute(delete(Task).filter_by(id=id, user_id=current_user.id))
        db.session.commit()
        if found.rowcount == 0:
            abort(404)
        return "", 204


def add_to(app: Flask) -> None:
    """Add the current user, `GET /protected`, and the tasks of the caller."""
    app.extensions["flask-jwt-extended"].user_lookup_loader(load_user)
    add_reading(app)
    add_creating(app)
    add_deleting(app)
