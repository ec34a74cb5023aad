"""Stage `roles`: what only an admin may do, and one task, which is for its owner alone."""

from collections import defaultdict
from collections.abc import Callable
from functools import wraps

from flask import Flask, abort
from flask_jwt_extended import current_user, jwt_required
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from server.models import Grant, Task, User, db
from server.private import title_field


def has_role(user_id: int, role: str) -> bool:
    """Whether a user has a role now: the table is asked each time, and a token never says it."""
    return db.session.scalar(select(Grant.role).filter_by(user_id=user_id, role=role)) is not None


def require_role(app: Flask, role: str) -> Callable:
    """Return a decorator for a view, below its route: who has no token gets 401, who has not the role gets 403.

    Raises:
        TypeError: it stands above the route, which leads to the view without the decorator.
    """

    def decorate(view):
        if view in app.view_functions.values():
            raise TypeError(f"Write require_role below the route of {view.__name__}, not above it.")

        @wraps(view)
        @jwt_required()
        def guarded(*args, **kwargs):
            if not has_role(current_user.id, role):
                abort(403, f"This is for the role {role}.")
            return view(*args, **kwargs)

        return guarded

    return decorate


def grant(user_id: int, role: str) -> None:
    """Give a role to a user, who may have it already."""
    db.session.add(Grant(user_id=user_id, role=role))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()


def add_one_task(app: Flask) -> None:
    """Add `GET` and `PUT /tasks/<id>`, for tasks of the caller."""

    @app.get("/tasks/<int:id>")
    @jwt_required()
    def read_task(id):
        task = db.one_or_404(select(Task).filter_by(id=id, user_id=current_user.id))
        return {"id": task.id, "title": task.title}

    @app.put("/tasks/<int:id>")
    @jwt_required()
    def change_task(id):
        title = title_field()
        mine = update(Task).filter_by(id=id, user_id=current_user.id)
        found = db.session.execute(mine.values(title=title))
        db.session.commit()
        if found.rowcount == 0:
            abort(404)
        return {"id": id, "title": title}


def add_users(app: Flask) -> None:
    """Add `GET /users`, for admins."""

    @app.get("/users")
    @require_role(app, "admin")
    def list_users():
        roles = defaultdict(list)
        for user_id, role in db.session.execute(select(Grant.user_id, Grant.role)):
            roles[user_id].append(role)
        users = db.session.execute(select(User.id, User.username).order_by(User.id))
        return [{"id": id, "username": name, "roles": roles[id]} for id, name in users]


def add_granting(app: Flask) -> None:
    """Add `PUT` and `DELETE /users/<id>/roles/admin`, for admins."""

    @app.put("/users/<int:id>/roles/admin")
    @require_role(app, "admin")
    def make_admin(id):
        db.get_or_404(User, id)
        grant(id, "admin")
        return "", 204

    @app.delete("/users/<int:id>/roles/admin")
    @require_role(app, "admin")
    def unmake_admin(id):
        if id == current_user.id:
            abort(409, "Only another admin can take this role from you, so that one always stays.")
        # This locks the grants: of two admins who do this to each other at once, the second is none any more.
        db.session.execute(update(Grant).filter_by(role="admin").values(role="admin"))
        if not has_role(current_user.id, "admin"):
            abort(403)
        db.session.execute(delete(Grant).filter_by(user_id=id, role="admin"))
        db.session.commit()
        return "", 204


def add_to(app: Flask) -> None:
    """Add the roles, and what they open."""
    add_one_task(app)
    add_users(app)
    add_granting(app)
