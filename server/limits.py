"""How many log-ins may fail. All processes count in one place: in the database, or in Redis."""

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Protocol

import redis
from sqlalchemy import case, delete, select, update
from sqlalchemy.exc import IntegrityError

from server.clock import now
from server.models import Tries, db
from server.setup import SettingsError


@dataclass(frozen=True)
class Limit:
    """So many tries at once, and one more each so many seconds: a bucket that leaks."""

    at_once: int
    seconds: int

    def latest(self, time: int) -> int:
        """Return when the tries may be forgotten at the latest, so that at this time one more fits in."""
        return time + (self.at_once - 1) * self.seconds


# The first hour has 70 tries for one account. ASVS 5.0 6.3.1 wants a limit, NIST SP 800-63B-4 at most 100 in a row.
ACCOUNT = Limit(at_once=10, seconds=60)
# A school may have one address.
ADDRESS = Limit(at_once=100, seconds=6)


def account(username: str) -> str:
    """Return the key of an account. It tells no name: people type passwords there by mistake."""
    return "account:" + hashlib.sha256(username.encode()).hexdigest()


def address(client: str | None) -> str:
    """Return the key of a client's address. Of IPv6 it is the network, for each client has 2^64 addresses of it."""
    try:
        ip = ip_address((client or "").partition("%")[0])
    except ValueError:  # a socket without addresses, or a proxy that writes something else: all of these are one client
        return "address:unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return f"address:{ip_network((ip, 64), strict=False) if ip.version == 6 else ip}"


class Counter(Protocol):
    """Where the tries are counted, for all processes."""

    def take(self, key: str, limit: Limit) -> int:
        """Count one more try, and return 0; or count nothing, and return in how many seconds one more is free."""
        ...

    def give_back(self, key: str, limit: Limit) -> None:
        """Count one try less."""
        ...

    def forget(self, key: str) -> None:
        """Count from zero again."""
        ...

    def check(self) -> None:
        """Raise an error if it cannot count now."""
        ...


class InDatabase:
    """Tries are rows: each says when its tries are forgotten, which one more try puts off."""

    def take(self, key: str, limit: Limit) -> int:
        time = now()
        if self._end(key) is None and self._is_first(key, time + limit.seconds):
            return 0
        # One statement asks and changes, so of two requests at once one comes first.
        start = case((Tries.forgotten_at > time, Tries.forgotten_at), else_=time)
        fits = update(Tries).filter_by(key=key).where(Tries.forgotten_at <= limit.latest(time))
        step = fits.values(forgotten_at=start + limit.seconds)
        counted = db.session.connection().execute(step).rowcount == 1
        db.session.commit()
        return 0 if counted else max(1, (self._end(key) or 0) - limit.latest(time))

    def _end(self, key: str) -> int | None:
        return db.session.scalar(select(Tries.forgotten_at).filter_by(key=key))

    def _is_first(self, key: str, forgotten_at: int) -> bool:
        db.session.execute(delete(Tries).where(Tries.forgotten_at <= now()))
        db.session.add(Tries(key=key, forgotten_at=forgotten_at))
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            return False
        return True

    def give_back(self, key: str, limit: Limit) -> None:
        less = Tries.forgotten_at - limit.seconds
        fewer = update(Tries).filter_by(key=key).values(forgotten_at=less)
        db.session.connection().execute(fewer)
        db.session.commit()

    def forget(self, key: str) -> None:
        db.session.execute(delete(Tries).filter_by(key=key))
        db.session.commit()

    def check(self) -> None:
        db.session.execute(select(1))


class InRedis:
    """The same with keys of Redis, which go by themselves when their tries are forgotten.

    Args:
        url: the address, such as redis://127.0.0.1:6379/0.

    Raises:
        SettingsError: the address cannot be read, or no Redis answers there.
    """

    def __init__(self, url: str):
        try:
            self.redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
            self.redis.ping()
        except ValueError:
            raise SettingsError(
                "REDIS_URL is not the address of a Redis. It looks like redis://127.0.0.1:6379/0."
            ) from None
        except redis.RedisError as error:
            raise SettingsError(f"The Redis of REDIS_URL cannot be reached: {error}") from None

    def take(self, key: str, limit: Limit) -> int:
        def step(pipe: Any) -> int:
            time = now()
            end = max(time, int(pipe.get(key) or 0))
            pipe.multi()
            if end > limit.latest(time):
                return end - limit.latest(time)
            pipe.set(key, end + limit.seconds, exat=end + limit.seconds)
            return 0

        # Done again if another process changed the key meanwhile.
        return self.redis.transaction(step, key, value_from_callable=True)  # type: ignore

    def give_back(self, key: str, limit: Limit) -> None:
        def step(pipe: Any) -> None:
            end = int(pipe.get(key) or 0) - limit.seconds
            pipe.multi()
            pipe.set(key, end, exat=max(end, now() + 1))

        self.redis.transaction(step, key)

    def forget(self, key: str) -> None:
        self.redis.delete(key)

    def check(self) -> None:
        self.redis.ping()
