"""Ten minutes of load on gunicorn and PostgreSQL, while things die: `python -m benchmarks.load`.

Every 30 seconds a worker is killed, and in the middle PostgreSQL is restarted. Printed is what users saw of it: whether a
write that was acknowledged is gone, whether somebody saw the data of another, which errors came, and the memory.
"""

import argparse
import collections
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import requests

ROOT = Path(__file__).resolve().parent.parent
KEY = "a fixed key for benchmarks, never for production"
PASSWORD = "a password for the load test"
USERS, THREADS, KILL_EVERY = 20, 8, 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class PostgreSQL:
    """A server of its own in a new folder. It refuses to run as root, so root runs it as the user postgres."""

    def __init__(self, folder: Path):
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.port, self.data = free_port(), folder / "data"
        self.user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        folder.chmod(0o777)
        self._run("initdb", "-A", "trust", "-U", "postgres")
        self.start()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *options: str) -> None:
        command = [*self.user, str(self.programs / program), "-D", str(self.data), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.data.parent)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data.parent}"
        self._run("pg_ctl", "-w", "-l", str(self.data.parent / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "fast", "stop")


class Users:
    """Twenty users, what the API acknowledged to each, and what came instead."""

    def __init__(self, url: str):
        self.url = url
        self.sent: list[set[str]] = [set() for _ in range(USERS)]
        self.acknowledged: list[set[str]] = [set() for _ in range(USERS)]
        self.answers: collections.Counter[str] = collections.Counter()
        self.faults: list[str] = []
        self.over = threading.Event()
        self.tokens = [self.log_in(number) for number in range(USERS)]

    def log_in(self, number: int) -> str:
        body = {"username": f"user {number}", "password": PASSWORD}
        return requests.post(f"{self.url}/token", json=body, timeout=60).json()["token"]

    def ask(
        self, method: str, path: str, number: int, **options: object
    ) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self.tokens[number]}"}
        try:
            answer = requests.request(
                method, self.url + path, headers=headers, timeout=60, **options
            )
        except requests.ConnectionError:
            self.answers["connection lost"] += 1
            return None
        self.answers[str(answer.status_code)] += 1
        if answer.headers["Content-Type"] != "application/json":
            self.faults.append(f"{answer.status_code} is no JSON: {answer.text[:80]}")
        elif answer.status_code not in (200, 201, 503):
            self.faults.append(f"{answer.status_code}: {answer.text[:80]}")
        return answer if answer.ok else None

    def write(self, number: int) -> None:
        title = f"{number}: {random.getrandbits(64):x}"
        self.sent[number].add(title)
        if self.ask("POST", "/tasks", number, json={"title": title}):
            self.acknowledged[number].add(title)

    def read(self, number: int) -> None:
        before = set(self.acknowledged[number])
        answer = self.ask("GET", "/tasks", number)
        if answer is not None:
            found = {task["title"] for task in answer.json()}
            if not before <= found:
                self.faults.append(f"{len(before - found)} acknowledged writes are gone")
            if not found <= self.sent[number]:
                self.faults.append("somebody sees what they never wrote")

    def work(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self.over.is_set():
            number = chance.randrange(USERS)
            kind = chance.random()
            if kind < 0.01:
                try:
                    self.tokens[number] = self.log_in(number)
                    self.answers["log-in"] += 1
                except (requests.ConnectionError, KeyError):
                    self.answers["log-in failed"] += 1
            elif kind < 0.03:
                self.write(number)
            elif kind < 0.30:
                self.read(number)
            elif kind < 0.50:
                self.ask("GET", "/claims", number)
            else:
                answer = self.ask("GET", "/protected", number)
                if answer is not None and answer.json()["username"] != f"user {number}":
                    self.faults.append("somebody is taken for somebody else")


def sign_everybody_up(url: str) -> None:
    for number in range(USERS):
        body = {"username": f"user {number}", "password": PASSWORD}
        requests.post(f"{url}/users", json=body, timeout=60).raise_for_status()


def memory_of(workers: list[psutil.Process]) -> str:
    sizes = [worker.memory_full_info().uss / 2**20 for worker in workers]
    return ", ".join(f"{size:.0f}" for size in sorted(sizes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    seconds = parser.parse_args().seconds
    folder = Path(tempfile.mkdtemp())
    database = PostgreSQL(folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    gunicorn = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-w", "4", "--preload", "-b", f"127.0.0.1:{port}"]
        + ["--log-level", "critical", "server.wsgi:app"],
        cwd=ROOT,
        env=os.environ | {"JWT_SECRET_KEY": KEY, "DATABASE_URL": database.url},
        stdout=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                requests.get(f"{url}/ready", timeout=60).raise_for_status()
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        sign_everybody_up(url)
        users = Users(url)
        threads = [threading.Thread(target=users.work, args=[n]) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        master, killed = psutil.Process(gunicorn.pid), 0
        for second in range(seconds):
            time.sleep(1)
            if second == seconds // 2:
                database.stop()
                time.sleep(2)
                database.start()
            elif second % KILL_EVERY == KILL_EVERY - 1:
                random.choice(master.children()).kill()
                killed += 1
            if second % 120 == 60 % seconds:
                print(
                    f"after {second} s: memory of the workers, MiB: {memory_of(master.children())}"
                )
        users.over.set()
        for thread in threads:
            thread.join()
        time.sleep(2)
        for number in range(USERS):
            users.read(number)
        print(f"memory of the workers at the end, MiB: {memory_of(master.children())}")
        total = sum(users.answers.values())
        print(
            f"{total} requests in {seconds} s, {killed} workers killed, PostgreSQL restarted once"
        )
        print("answers:", dict(users.answers.most_common()))
        print("acknowledged writes:", sum(map(len, users.acknowledged)))
        print("faults:", collections.Counter(users.faults) or "none")
    finally:
        gunicorn.terminate()
        gunicorn.wait()
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
