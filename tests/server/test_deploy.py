"""The files of deploy/, started for real: nginx, gunicorn as the unit says, PostgreSQL and Redis."""

import configparser
import datetime
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import SECONDS
from tests.reading import ROOT
from tests.server.conftest import KEY
from tests.server.redis_server import free_port, needed, running_redis

DEPLOY = ROOT / "deploy"
NAME = "api.example.org"


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(pem)
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))


class Deployment:
    """Everything that runs, and how to call it as its users do."""

    def __init__(self, folder: Path, https: int, http: int):
        self.folder, self.https, self.http = folder, https, http

    def call(self, method: str, path: str, name: str = NAME, **options) -> requests.Response:
        """Call the API by its name, which is looked up nowhere."""
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", ByName(name))
            url = f"https://127.0.0.1:{self.https}{path}"
            options["headers"] = {"Host": name} | options.get("headers", {})
            options["verify"] = str(self.folder / "fullchain.pem")
            return session.request(method, url, timeout=SECONDS, **options)


class ByName(requests.adapters.HTTPAdapter):
    """Asks TLS for a server by its name."""

    def __init__(self, name: str):
        self.name = name
        super().__init__()

    def init_poolmanager(self, *args, **options):
        super().init_poolmanager(
            *args, server_hostname=self.name, assert_hostname=self.name, **options
        )


def read_environment() -> dict[str, str]:
    lines = (DEPLOY / "api.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def wait_for(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            requests.get(url, timeout=SECONDS)
            return
        except requests.ConnectionError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture
def deployment(database_url, tmp_path):
    nginx = needed("nginx")
    make_certificate(tmp_path)
    tmp_path.chmod(0o755)
    api, https, http = free_port(), free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    for old, new in {
        "127.0.0.1:8000": f"127.0.0.1:{api}",
        "listen 443": f"listen 127.0.0.1:{https}",
        "listen 80": f"listen 127.0.0.1:{http}",
        "/etc/ssl/api": str(tmp_path),
        "/var/log/nginx": str(tmp_path),
    }.items():
        assert old in site
        site = site.replace(old, new)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.name != "nt" and os.getuid() == 0 else ""
    config = f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {folders}\n{site} }}"
    (tmp_path / "nginx.conf").write_text(config)

    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "api.service")
    program, *options = shlex.split(unit["Service"]["ExecStart"].replace(":8000", f":{api}"))
    assert program.endswith("/.venv/bin/gunicorn")
    with running_redis() as (redis_url, _):
        settings = read_environment()
        assert settings["JWT_SECRET_KEY"] == ""  # nobody starts with a key that is published here
        settings |= {"JWT_SECRET_KEY": KEY, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
        with (tmp_path / "api.log").open("w") as log:
            gunicorn = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *options],
                cwd=ROOT,
                env=os.environ | settings,
                stdout=log,
                stderr=log,
            )
            proxy = subprocess.Popen(
                [nginx, "-c", str(tmp_path / "nginx.conf"), "-e", f"{tmp_path}/error.log"]
            )
        try:
            wait_for(f"http://127.0.0.1:{http}/", proxy)
            wait_for(f"http://127.0.0.1:{api}/health", gunicorn)
            yield Deployment(tmp_path, https, http)
        finally:
            for process in (proxy, gunicorn):
                process.terminate()
                process.wait(SECONDS)
        assert gunicorn.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="These files are for Linux.")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_deployment_holds_what_it_promises(deployment):
    call, folder = deployment.call, deployment.folder
    ana = {"username": "ana", "password": "open sesame"}
    assert call("GET", "/ready").json() == {"status": "ready"}
    assert call("POST", "/users", json=ana).status_code == 201
    logged_in = call("POST", "/token", json=ana)
    token = logged_in.json()["token"]
    assert "max-age=" in logged_in.headers["Strict-Transport-Security"]
    bearer = {"Authorization": f"Bearer {token}"}
    protected = call("GET", f"/protected?token={token}", headers=bearer)
    assert protected.json()["username"] == "ana"
    # Two tokens in four cookies fit through the proxy.
    assert len(call("POST", "/session", json=ana).cookies) == 4

    # A client cannot say that it is somebody else, so it does not escape from its limit.
    wrong = [
        call(
            "POST",
            "/token",
            json={"username": "bruno", "password": "a wrong guess"},
            headers={"X-Forwarded-For": f"6.6.6.{number}"},
        ).status_code
        for number in range(12)
    ]
    assert wrong == [401] * 10 + [429] * 2
    sign_ups = [call("POST", "/users", json={}).status_code for _ in range(30)]
    assert set(sign_ups[:15]) == {400} and sign_ups[-1] == 429

    with pytest.raises(requests.exceptions.SSLError):
        call("GET", "/health", name="evil.example")
    plain = requests.post(
        f"http://127.0.0.1:{deployment.http}/token",
        json=ana,
        timeout=SECONDS,
        allow_redirects=False,
    )
    assert plain.status_code == 403 and "Location" not in plain.headers

    names = ("api.log", "api-access.log", "error.log")
    logs = {name: (folder / name).read_text() for name in names}
    assert "GET /protected 200" in logs["api-access.log"]
    lines = [json.loads(line) for line in logs["api.log"].splitlines() if line.startswith("{")]
    mine = next(line for line in lines if line.get("path") == "/protected")
    assert mine["address"] == "127.0.0.1"
    assert protected.headers["X-Request-ID"] == mine["id"]
    assert re.fullmatch("[0-9a-f]{32}", mine["id"])
    for text in logs.values():
        for secret in (token.rpartition(".")[2], "open sesame", "a wrong guess", KEY):
            assert secret not in text
