"""Log-ins that fail too often, counted in the database and in Redis."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from werkzeug.security import generate_password_hash

from server import SettingsError, create_app, demo, login
from server.limits import ACCOUNT, ADDRESS, InDatabase, InRedis, account, address
from server.models import Tries, db
from tests.server.conftest import KEY
from tests.server.redis_server import running_redis

ANA = {"username": "ana", "password": "open sesame"}
WRONG = {"username": "ana", "password": "a wrong guess"}
pytestmark = pytest.mark.usefixtures("quick_log_ins", "nobody_is_quick")


@pytest.fixture
def nobody_is_quick(monkeypatch):
    monkeypatch.setattr(login, "NOBODY", generate_password_hash("x", method="pbkdf2:sha256:1"))


@pytest.fixture(scope="module")
def redis_url():
    with running_redis() as (url, _):
        yield url


@pytest.fixture(params=["database", "redis"])
def store(request):
    return request.param


@pytest.fixture
def settings(store, request, database_url):
    """The settings of an API that counts there."""
    settings = {"JWT_SECRET_KEY": KEY, "DATABASE_URL": database_url}
    if store == "redis":
        settings["REDIS_URL"] = request.getfixturevalue("redis_url")
        InRedis(settings["REDIS_URL"]).redis.flushall()
    return settings


@pytest.fixture
def api(settings):
    app = create_app(**settings)
    demo.seed(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def tries(client, times, body=WRONG, **environment):
    """The statuses of so many log-ins."""
    return [
        client.post("/token", json=body, environ_base=environment).status_code for _ in range(times)
    ]


def test_ten_wrong_passwords_and_one_more_each_minute(api, clock):
    client = api.test_client()
    assert tries(client, 12) == [401] * 10 + [429] * 2
    refused = client.post("/token", json=WRONG)
    assert set(refused.json) == {"msg"}
    assert refused.headers["Retry-After"] == "60"
    clock.move(seconds=59)
    assert client.post("/token", json=WRONG).headers["Retry-After"] == "1"
    clock.move(seconds=1)
    assert tries(client, 2) == [401, 429]
    clock.move(minutes=10)
    assert tries(client, 11) == [401] * 10 + [429]


def test_the_right_password_does_not_open_a_full_account_and_empties_one_that_is_not(api, clock):
    client = api.test_client()
    assert tries(client, 9) == [401] * 9
    assert tries(client, 30, ANA) == [200] * 30
    assert tries(client, 11) == [401] * 10 + [429]
    assert tries(client, 1, ANA) == [429]
    clock.move(seconds=60)
    assert tries(client, 2, ANA) == [200] * 2


@pytest.mark.parametrize("path", ["/token", "/session"])
def test_both_doors_count_together(api, path, clock):
    client = api.test_client()
    statuses = [client.post(path, json=WRONG).status_code for _ in range(10)]
    assert statuses == [401] * 10
    assert [client.post(p, json=WRONG).status_code for p in ("/token", "/session")] == [429] * 2


def test_a_name_that_nobody_has_is_refused_like_one_that_is_there(api, clock):
    client = api.test_client()
    unknown = WRONG | {"username": "nobody"}
    both = [[client.post("/token", json=b) for b in (WRONG, unknown)] for _ in range(12)]
    assert [[a.status_code for a in pair] for pair in both] == [[401] * 2] * 10 + [[429] * 2] * 2
    assert all(known.data == other.data for known, other in both)


def test_one_guess_for_each_of_many_names_ends_at_the_limit_of_the_address(api, clock):
    client = api.test_client()
    names = [WRONG | {"username": f"user {number}"} for number in range(ADDRESS.at_once + 3)]
    statuses = [client.post("/token", json=body).status_code for body in names]
    assert statuses == [401] * ADDRESS.at_once + [429] * 3
    assert tries(client, 1, REMOTE_ADDR="192.0.2.7") == [401]
    # A good log-in takes nothing from what the address may do: an attacker has an account, too.
    clock.move(seconds=ADDRESS.seconds)
    assert tries(client, 1, ANA) == [200]
    assert tries(client, 2, names[0]) == [401, 429]


def test_what_is_no_log_in_is_not_counted(api, clock):
    client = api.test_client()
    for _ in range(30):
        assert client.post("/token", json={"username": "ana"}).status_code == 400
        assert client.post("/token", data="x").status_code == 415
        assert client.get("/token").status_code == 405
    assert tries(client, 10) == [401] * 10


def test_of_many_at_once_exactly_so_many_are_let_through(api, settings):
    second = create_app(**settings)
    clients = [app.test_client() for app in (api, second) * 4]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(partial(tries, times=5), clients))
    statuses = sorted(sum(answers, []))
    assert statuses == [401] * 10 + [429] * 30


def test_tries_that_are_forgotten_leave_no_row(settings, clock):
    app = create_app(**settings)
    with app.app_context():
        counter = InDatabase()
        for number in range(50):
            counter.take(account(f"user {number}"), ACCOUNT)
        assert db.session.query(Tries).count() == 50
        clock.move(seconds=ACCOUNT.seconds)
        counter.take(account("one more"), ACCOUNT)
        assert db.session.query(Tries).count() == 1
        db.session.commit()
        db.engine.dispose()


def test_redis_forgets_by_itself(redis_url):
    counter = InRedis(redis_url)
    counter.redis.flushall()
    key = account("ana")
    assert counter.take(key, ACCOUNT) == 0
    assert 0 < counter.redis.ttl(key) <= ACCOUNT.seconds
    counter.give_back(key, ACCOUNT)
    assert counter.redis.ttl(key) <= 1


def test_a_key_tells_no_name_and_of_ipv6_only_the_network():
    assert "ana" not in account("ana") and account("ana") != account("Ana")
    assert address("192.0.2.7") != address("192.0.2.8")
    assert address("2001:db8::1") == address("2001:db8::ffff") != address("2001:db8:0:1::1")
    assert address("fe80::1%eth0") == address("fe80::2")
    # A socket for both kinds of addresses writes those of IPv4 in this way.
    assert address("::ffff:192.0.2.7") == address("192.0.2.7") != address("::ffff:192.0.2.8")


@pytest.mark.parametrize("client", [None, "", "x", "192.0.2.7:1234", "1:2", "9" * 5000, "ü", "\0"])
def test_what_is_no_address_is_one_client_for_all(settings, client, clock):
    app = create_app(**settings)
    statuses = tries(app.test_client(), 2, REMOTE_ADDR=client)
    assert statuses == [401] * 2 and address(client) == address("unknown")
    with app.app_context():
        db.engine.dispose()


def test_an_error_of_the_server_forgets_no_wrong_password(api, clock):
    client = api.test_client()
    assert tries(client, 9) == [401] * 9
    usual = api.view_functions["create_token"]
    api.view_functions["create_token"] = lambda: ({"msg": "The database cannot answer now."}, 503)
    assert tries(client, 1) == [503]
    api.view_functions["create_token"] = usual
    assert tries(client, 1) == [429]


def test_an_account_takes_fewer_than_a_hundred_wrong_passwords_in_an_hour():
    assert ACCOUNT.at_once + 3600 / ACCOUNT.seconds < 100


def test_without_its_redis_the_api_lets_nobody_in_and_answers_all_else(database_url):
    with running_redis() as (url, process):
        app = create_app(JWT_SECRET_KEY=KEY, DATABASE_URL=database_url, REDIS_URL=url)
        demo.seed(app)
        client = app.test_client()
        token = client.post("/token", json=ANA).json["token"]
        assert client.get("/ready").status_code == 200
        process.kill()
        process.wait()
        answers = [client.post("/token", json=ANA), client.get("/ready")]
        assert [(a.status_code, set(a.json)) for a in answers] == [(503, {"msg"})] * 2
        assert answers[0].headers["Retry-After"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.get("/protected", headers=bearer).status_code == 200
        assert client.get("/health").status_code == 200
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("url", ["localhost", "http://127.0.0.1:1", "redis://127.0.0.1:1/0", "x"])
def test_a_redis_that_is_not_there_is_a_sentence_at_the_start(url):
    with pytest.raises(SettingsError, match="REDIS_URL"):
        create_app(JWT_SECRET_KEY=KEY, DATABASE_URL="sqlite://", REDIS_URL=url)
