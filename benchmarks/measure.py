"""Measures what must be fast or small, and prints it beside what was wanted: `python benchmarks/measure.py`.

Every number comes from one run on one machine, so read the ratios. Nothing here is a test.
"""

import contextlib
import functools
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import jwt
import nbformat
import psutil
import requests
from flask import Flask
from flask_jwt_extended import create_access_token, get_jwt_identity, jwt_required
from nbclient import NotebookClient
from sqlalchemy import func, insert, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from course import serve
from server import create_app
from server.clock import now
from server.demo import seed
from server.models import Login, User, db

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb")) + sorted(ROOT.glob("solutions/*/*.ipynb"))
APP = "from flask import Flask\napp = Flask('app')\napp.get('/')(lambda: 'hello')\n"

SETTINGS = {
    "JWT_SECRET_KEY": "a fixed key for benchmarks, never for production",
    "DATABASE_URL": "sqlite://",
}


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def cpu_seconds(action: Callable[[], object]) -> float:
    """The time of this thread alone: what other programs do does not count."""
    start = time.thread_time()
    action()
    return time.thread_time() - start


def report(what: str, measured: str, wanted: str = "", met: bool = True) -> None:
    verdict = f"{wanted}: {'met' if met else 'NOT MET'}" if wanted else ""
    print(f"{what:58} {measured:>12}  {verdict}", flush=True)


def serve_and_ask() -> None:
    app = Flask("app")
    app.get("/")(lambda: "hello")
    with contextlib.redirect_stdout(io.StringIO()):
        server = serve(app)
    requests.get(server.url, timeout=5).raise_for_status()
    server.stop()


def flask_run_and_ask() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "flask", "--app", "benchmark_app", "run", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "benchmark_app.py").write_text(APP)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, cwd=folder, **quiet)
        try:
            while True:
                with contextlib.suppress(requests.ConnectionError):
                    requests.get(f"http://127.0.0.1:{port}/", timeout=5).raise_for_status()
                    return
                time.sleep(0.01)
        finally:
            process.terminate()
            process.wait()


def start_of_a_server() -> None:
    serve_and_ask()
    in_thread = median(seconds(serve_and_ask) for _ in range(30))
    in_process = median(seconds(flask_run_and_ask) for _ in range(5))
    report(
        "serve(app) to the first answer, and stop",
        f"{in_thread * 1000:.1f} ms",
        "under 50 ms",
        in_thread < 0.05,
    )
    report("flask run in a process to the first answer", f"{in_process * 1000:.0f} ms")
    ratio = in_process / in_thread
    report("serve is faster by", f"{ratio:.0f} times", "at least 10 times", ratio >= 10)


def validate() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    folders = ["notebooks", "solutions"]
    subprocess.run([*command, *folders], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def execute_bare() -> None:
    for path in NOTEBOOKS:
        resources = {"metadata": {"path": str(path.parent)}}
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, kernel_name="python3", resources=resources).execute(
            stderr=subprocess.DEVNULL
        )


def validation() -> None:
    strict, bare = seconds(validate), seconds(execute_bare)
    report("strict validation of all lessons and solutions", f"{strict:.1f} s")
    report("the same notebooks, only executed, one by one", f"{bare:.1f} s")
    report("validation against execution", f"{strict / bare:.2f}", "under 1.0", strict < bare)


def verifiers() -> None:
    namespace: dict = {}
    notebook = nbformat.read(next(ROOT.glob("solutions/03-*/*.ipynb")), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "verify" not in namespace:
            exec(cell.source, namespace)
    key = b"a fixed key for benchmarks, never for production"
    token = jwt.encode({"sub": "7", "iat": 1735689600, "exp": 4102444800}, key)

    def by_hand():
        for _ in range(1000):
            namespace["verify"](token, key)

    def by_library():
        for _ in range(1000):
            jwt.decode(token, key, algorithms=["HS256"])

    hand = median(seconds(by_hand) for _ in range(7))
    library = median(seconds(by_library) for _ in range(7))
    report("verify by hand", f"{hand * 1000:.1f} us")
    report("jwt.decode", f"{library * 1000:.1f} us")
    report("jwt.decode against verify by hand", f"{library / hand:.2f} times")


def cost_of_a_request() -> None:
    """Print what one request costs in process, without a network, on a database in memory."""
    apps = {stage: create_app(stage, **SETTINGS) for stage in ("private", "errors")}
    apps["finished"] = create_app(**SETTINGS)
    bare = create_app("login", **SETTINGS)

    @bare.get("/bare")
    @jwt_required()
    def bare_route():
        return {}

    @bare.get("/looks-up")
    @jwt_required()
    def looks_up():
        user = db.session.get(User, int(get_jwt_identity()))
        return {"id": user.id, "username": user.username}

    apps["bare"] = bare
    login = {"username": "ana", "password": "open sesame"}
    calls = {}
    for name, app in apps.items():
        seed(app)
        if name == "finished":
            token = app.test_client().post("/token", json=login).json["token"]
        else:
            with app.app_context():
                token = create_access_token("1")
        headers = {"Authorization": f"Bearer {token}"}
        for path in ("/health", "/protected", "/claims", "/bare", "/looks-up"):
            calls[name, path] = functools.partial(app.test_client().get, path, headers=headers)
    log_in = functools.partial(apps["finished"].test_client().post, "/token", json=login)

    wanted = [
        ("finished", "/health"),
        ("bare", "/bare"),
        ("bare", "/looks-up"),
        ("private", "/protected"),
        ("errors", "/protected"),
        ("finished", "/protected"),
        ("finished", "/claims"),
    ]
    times: dict = {key: [] for key in wanted}
    for _ in range(1000):  # in turn, so that a slow moment of the machine hits all alike
        for key in wanted:
            times[key].append(cpu_seconds(calls[key]))
    cost = {key: median(values) * 1e6 for key, values in times.items()}
    for (name, path), value in cost.items():
        report(f"GET {path} of the {name} app, in process", f"{value:.0f} us")
    report("POST /token", f"{median(seconds(log_in) for _ in range(20)) * 1000:.0f} ms")
    stored = generate_password_hash("open sesame")
    check = functools.partial(check_password_hash, stored, "open sesame")
    report(
        "of this, the password hash", f"{median(seconds(check) for _ in range(20)) * 1000:.0f} ms"
    )
    ratio = cost["finished", "/protected"] / cost["bare", "/looks-up"]
    report("GET /protected against the bare look-up", f"{ratio:.2f}", "at most 1.25", ratio <= 1.25)
    ratio = cost["finished", "/claims"] / cost["bare", "/looks-up"]
    report("GET /claims against the bare look-up", f"{ratio:.2f}", "at most 0.55", ratio <= 0.55)
    checks = cost["errors", "/protected"] / cost["private", "/protected"] - 1
    report("required claims and error shape", f"{checks:.1%}", "under 10 %", checks < 0.1)


def refreshing() -> None:
    """Print what a refresh costs with few log-ins and with many, and that old log-ins go away."""
    login = {"username": "ana", "password": "open sesame"}
    apps, times, refreshes = {}, {}, {}
    for number in (0, 100_000):
        apps[number] = app = create_app(**SETTINGS)
        seed(app)
        rows = [
            {"id": str(id), "user_id": 1, "refresh_jti": "x", "expires_at": now() + 3600}
            for id in range(number)
        ]
        with app.app_context():
            if rows:
                db.session.execute(insert(Login), rows)
            db.session.commit()
        client, times[number] = app.test_client(), []
        tokens = client.post("/token", json=login).json

        def refresh(client=client, tokens=tokens):
            headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
            tokens.update(client.post("/token/refresh", headers=headers).json)

        refreshes[number] = refresh
    for _ in range(300):
        for number, refresh in refreshes.items():
            times[number].append(cpu_seconds(refresh))
    few, many = (median(times[number]) * 1e6 for number in apps)
    report("POST /token/refresh", f"{few:.0f} us")
    report("with 100,000 log-ins", f"{many / few:.2f} times", "at most 1.1", many <= 1.1 * few)
    with app.app_context():
        db.session.execute(update(Login).values(expires_at=now()))
        db.session.commit()
        client.post("/token", json=login)
        left = db.session.scalar(select(func.count()).select_from(Login))
    report("log-ins left when 100,001 are over, after one more", str(left), "1", left == 1)


def memory_of_a_log() -> None:
    """Print how many MiB this process grows by while a server answers 1,000 requests."""
    app = Flask("app")
    app.post("/")(lambda: {"answer": "x" * 200})
    server = serve(app)
    process = psutil.Process()

    def ask(times):
        for _ in range(times):
            requests.post(
                server.url, json={"username": "ana", "password": "open sesame"}, timeout=5
            )

    ask(20)
    before = process.memory_info().rss
    ask(1000)
    print((process.memory_info().rss - before) / 2**20)


def memory() -> None:
    # A process of its own: nothing else grows in it.
    command = [sys.executable, __file__, "memory"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    grown = float(output.splitlines()[-1])
    report("1,000 requests in the log of a server", f"{grown:.1f} MiB", "under 20 MiB", grown < 20)


if __name__ == "__main__":
    if sys.argv[1:] == ["memory"]:
        memory_of_a_log()
    else:
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
        start_of_a_server()
        validation()
        verifiers()
        cost_of_a_request()
        refreshing()
        memory()
