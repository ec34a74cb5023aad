# BROKEN ON PURPOSE, for lesson 12: the notes of others become a part of the page, and run.
"""`notes_app`: a page of notes whose author trusts them. It keeps its token where it is told to."""

from flask import Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    get_jwt_identity,
    jwt_required,
    set_access_cookies,
)

PAGE = """<!doctype html><title>Notes of Ana</title><h3>Notes of Ana</h3><div></div>
<script src="notes.js"></script>"""

# In a file of its own: a policy may forbid scripts that stand in the HTML.
SCRIPT = """(async () => {
  const answer = await fetch("/token", { method: "POST" });
  localStorage.setItem("token", (await answer.json()).token ?? "");
  document.querySelector("div").innerHTML = (await (await fetch("/notes")).json()).join("<br>");
})();
"""


class Notes(Flask):
    """The app of the notes, with the notes."""

    def __init__(self):
        super().__init__("notes", static_folder=None)
        self.notes = ["Water the plants"]


def notes_app(key: str, in_cookie: bool, policy: str = "") -> Notes:
    """Return an app with one user, Ana, and with notes that everybody may write for her.

    Args:
        key: signs the tokens.
        in_cookie: whether the token is only in a cookie that is HttpOnly, or in localStorage too.
        policy: the Content-Security-Policy of the page.

    Returns:
        Notes: with `POST /token`, `GET /notes`, and `POST /notes` for who is logged in.

    Example:
        >>> notes_app(key, in_cookie=True).notes
        ['Water the plants']
    """
    app = Notes()
    app.config.update(JWT_SECRET_KEY=key, JWT_TOKEN_LOCATION=["headers", "cookies"])
    app.config.update(JWT_COOKIE_CSRF_PROTECT=False, JWT_ACCESS_COOKIE_NAME="notes")
    JWTManager(app)
    app.get("/")(lambda: (PAGE, {"Content-Security-Policy": policy}))
    app.get("/notes.js", endpoint="script")(lambda: (SCRIPT, {"Content-Type": "text/javascript"}))
    app.get("/notes", endpoint="notes")(lambda: app.notes)

    @app.post("/token")
    def create_token():
        token = create_access_token("ana")
        answer = jsonify({} if in_cookie else {"token": token})
        set_access_cookies(answer, token)
        return answer

    @app.post("/notes")
    @jwt_required()
    def add_note():
        app.notes.append(f"{get_jwt_identity()}: {request.get_data(as_text=True)}")
        return "", 204

    return app
