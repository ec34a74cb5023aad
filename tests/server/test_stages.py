"""What holds after every stage, however many there are."""

import ast
import re
from collections import Counter
from itertools import accumulate

import pytest

from server import STAGES, create_app
from server.demo import seed
from tests.reading import ROOT
from tests.server.conftest import KEY, add_login
from tests.server.test_answers import SITUATIONS, ask

# The routes that each stage adds and that answer without a token. All others want one.
OPENS = {
    "setup": {"GET /health"},
    "login": {"POST /users", "POST /token"},
    "private": set(),
    "errors": set(),
    "refresh": set(),
    "revocation": set(),
    "roles": set(),
    "browser": {"GET /", "GET /app/", "GET /app/<path:name>"},
    "cookies": {"POST /session"},
    "keys": set(),
    "production": {"GET /ready"},
}
OPEN = dict(zip(OPENS, accumulate(OPENS.values(), set.union), strict=True))

SOURCES = {path.stem: path.read_text("utf-8") for path in (ROOT / "server").glob("*.py")}


@pytest.fixture(params=STAGES)
def stage(request):
    return request.param


@pytest.fixture
def staged_app(stage):
    app = create_app(stage, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    if stage != "setup":
        seed(app)
        add_login(app)
    return app


def test_exactly_these_doors_are_open(stage, staged_app):
    client, found = staged_app.test_client(), set()
    for rule in staged_app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            path = re.sub("<[^>]+>", "1", rule.rule)
            if client.open(path, method=method).status_code != 401:
                found.add(f"{method} {rule.rule}")
    assert found == OPEN[stage]


def test_every_view_has_a_route(staged_app):
    routed = {rule.endpoint for rule in staged_app.url_map.iter_rules()}
    assert set(staged_app.view_functions) == routed


def imported(module: str) -> set[str]:
    """The modules of the server that one of them imports, also through others that are no stages."""
    names = set()
    for node in ast.walk(ast.parse(SOURCES[module])):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    found = {name.removeprefix("server.") for name in names} & SOURCES.keys()
    return found.union(*(imported(name) for name in found if name not in STAGES))


def test_a_stage_imports_only_earlier_ones(stage):
    assert imported(stage) & set(STAGES) <= set(STAGES[: STAGES.index(stage)])


def test_a_loader_of_the_library_has_one_owner():
    # The library keeps one function for each loader: a second one would drop the first without a word.
    set_in = Counter(
        loader for source in SOURCES.values() for loader in re.findall(r"\.(\w+_loader)\b", source)
    )
    assert set_in["decode_key_loader"] == 1
    assert set(set_in.values()) == {1}


FORGED = [
    "tampered payload",
    "another key",
    "alg none",
    "alg HS512",
    "expired",
    "nbf in the future",
]
FORGED += ["no header", "Basic", "refresh token", "sub unknown"]
ROWS = ["good", "lower-case scheme", "no exp", "no jti", "no type", "Bearer alone", *FORGED]


def since(first: str):
    """Run a test after one stage, and after every later one."""
    return pytest.mark.parametrize("stage", STAGES[STAGES.index(first) :], indirect=True)


@since("private")
def test_a_good_token_opens_and_a_forged_one_does_not(staged_app):
    client = staged_app.test_client()
    assert ask(client, SITUATIONS["good"][0]()).status_code == 200
    statuses = {name: ask(client, SITUATIONS[name][0]()).status_code for name in FORGED}
    assert set(statuses.values()) <= {401, 422}, statuses


@since("errors")
@pytest.mark.parametrize("name", ROWS)
def test_the_answers_stay_as_the_table_says(staged_app, name):
    header, status, error = SITUATIONS[name]
    answer = ask(staged_app.test_client(), header())
    assert answer.status_code == status, answer.json
    assert error is None or f'error="{error}"' in answer.headers["WWW-Authenticate"]
