"""What the API needs from outside before it starts."""

import pytest
from flask import Flask

from server import STAGES, SettingsError, create_app
from server.models import db
from server.setup import check_secret, setting
from tests.server.conftest import KEY


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
        check_secret(secret)


@pytest.mark.parametrize("secret", ["x" * 32, "é" * 16])
def test_a_key_of_32_bytes_is_accepted(secret):
    assert check_secret(secret) == secret


NAMES = [
    "JWT_SECRET_KEY",
    "DATABASE_URL",
    "ALLOWED_ORIGIN",
    "COOKIES_WITHOUT_SECURE",
    "SIGNING_KEYS",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "argument, environment, expected",
    [
        ("a", "b", "a"),
        ("a", None, "a"),
        (None, "b", "b"),
        ("", "b", "b"),
        ("a", "", "a"),
        ("", "", None),
        (None, None, None),
    ],
)
def test_an_argument_goes_before_the_environment_and_an_empty_one_is_missing(
    monkeypatch, name, argument, environment, expected
):
    monkeypatch.delenv(name, raising=False)
    if environment is not None:
        monkeypatch.setenv(name, environment)
    app = Flask("server")
    if argument is not None:
        app.config[name] = argument
    assert setting(app, name) == expected


def test_the_api_takes_each_setting_by_this_rule(monkeypatch, tmp_path):
    environment = {
        "JWT_SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'environment.db'}",
        "ALLOWED_ORIGIN": "http://localhost:1",
    }
    arguments = {
        "JWT_SECRET_KEY": KEY[::-1],
        "DATABASE_URL": f"sqlite:///{tmp_path / 'argument.db'}",
        "ALLOWED_ORIGIN": "http://localhost:2",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for given in ({}, dict.fromkeys(NAMES, ""), arguments):
        used = arguments if given is arguments else environment
        app = create_app(**given)
        assert app.config["JWT_SECRET_KEY"] == used["JWT_SECRET_KEY"]
        answer = app.test_client().get("/health", headers={"Origin": used["ALLOWED_ORIGIN"]})
        assert answer.headers["Access-Control-Allow-Origin"] == used["ALLOWED_ORIGIN"]
        with app.app_context():
            assert db.engine.url.database == used["DATABASE_URL"].removeprefix("sqlite:///")


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_that_is_no_text_is_refused_with_its_name(name):
    settings = {"JWT_SECRET_KEY": KEY, "DATABASE_URL": "sqlite://", name: [7]}
    with pytest.raises(SettingsError, match=name):
        create_app(**settings)


def test_the_name_of_the_extension_for_a_database_is_refused_with_ours():
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        create_app(JWT_SECRET_KEY=KEY, SQLALCHEMY_DATABASE_URI="sqlite://")


@pytest.mark.parametrize(
    "url, word",
    [
        ("no address", "sqlite:///"),
        ("nosuch://host/database", "sqlite:///"),
        ("postgres://host/database", "postgresql"),
        ("oracle://host/database", "driver"),
        ("postgresql+psycopg2://ana:open-sesame@127.0.0.1/x", r"postgresql+psycopg://"),
        ("mysql://ana:open-sesame@127.0.0.1/x", "MySQLdb"),
        ("postgresql+psycopg://ana:open-sesame@127.0.0.1:port/x", "sqlite:///"),
        ("postgresql+psycopg://ana:open-sesame@127.0.0.1:99999/x", "port"),
        ("sqlite:///x.db?timeout=soon", "sqlite:///"),
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


def test_an_unknown_stage_is_answered_with_their_names():
    with pytest.raises(SettingsError, match=", ".join(STAGES)):
        create_app("logn", JWT_SECRET_KEY=KEY)
