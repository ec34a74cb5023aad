"""What the API needs from outside before it starts."""

import pytest

from server import STAGES, SettingsError, create_app
from server.settings import load_secret
from tests.server.conftest import KEY

ROUTES = {
    "setup": {"/health"},
    "login": {"/health", "/users", "/token"},
    "private": {"/health", "/users", "/token", "/protected", "/tasks"},
    "errors": {"/health", "/users", "/token", "/protected", "/tasks"},
    "browser": {"/health", "/users", "/token", "/protected", "/tasks", "/app/", "/app/<path:name>"},
}


@pytest.mark.parametrize(
    "secret, word",
    [
        (None, "missing"),
        ("", "missing"),
        ("super-secret", "12 bytes"),
        ("x" * 31, "31 bytes"),
        ("é" * 15, "30 bytes"),
        ("x" * 32 + "\n", "hidden"),
        ("x" * 32 + "\udcff", "hidden"),
    ],
)
def test_without_a_good_key_it_refuses_and_says_how_to_make_one(secret, word):
    with pytest.raises(SettingsError, match=f"JWT_SECRET_KEY .*{word}.*token_urlsafe"):
        load_secret({} if secret is None else {"JWT_SECRET_KEY": secret})


@pytest.mark.parametrize("secret", ["x" * 32, "é" * 16])
def test_a_key_of_32_bytes_is_accepted(secret):
    assert load_secret({"JWT_SECRET_KEY": secret}) == secret


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("JWT_SECRET_KEY", KEY)
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    config = create_app().config
    assert (config["JWT_SECRET_KEY"], config["SQLALCHEMY_DATABASE_URI"]) == (KEY, "sqlite://")


def test_settings_of_the_call_go_before_the_environment(monkeypatch):
    monkeypatch.setenv("JWT_SECRET_KEY", "short")
    monkeypatch.setenv("DATABASE_URL", "no address")
    config = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://").config
    assert (config["JWT_SECRET_KEY"], config["SQLALCHEMY_DATABASE_URI"]) == (KEY, "sqlite://")


@pytest.mark.parametrize(
    "url, word",
    [
        ("no address", "sqlite:///"),
        ("nosuch://host/database", "sqlite:///"),
        ("postgres://host/database", "postgresql"),
        ("oracle://host/database", "driver"),
        ("postgresql+psycopg://ana:open-sesame@127.0.0.1:1/x", "refused"),
        ("sqlite:////no/such/folder/x.db", "open"),
        (f"sqlite:///{__file__}", "not a database"),
    ],
)
def test_a_bad_database_address_is_one_sentence_without_the_password(url, word):
    with pytest.raises(SettingsError, match="^.*DATABASE_URL") as caught:
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=url)
    assert word in str(caught.value)
    assert "open-sesame" not in str(caught.value)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_its_routes_and_no_more(stage):
    app = create_app(stage, JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://")
    assert {rule.rule for rule in app.url_map.iter_rules()} == ROUTES[stage]
    assert app.test_client().get("/health").json == {"status": "ok"}


def test_an_unknown_stage_is_answered_with_their_names():
    with pytest.raises(SettingsError, match=", ".join(STAGES)):
        create_app("logn", JWT_SECRET_KEY=KEY)
