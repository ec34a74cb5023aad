"""What the sandbox keeps from a submission, tried one by one, and what it leaves to honest ones."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from course.exercises.running import Ended
from course.grading import sandbox
from course.grading.sandbox import Sandbox, guards, is_available
from course.problem import Problem
from tests import SECONDS

pytestmark = pytest.mark.skipif(
    not is_available() and not (os.environ.get("CI") and sys.platform == "linux"),
    reason="No sandbox: install bubblewrap to run this test.",
)

SETUP = """
import ctypes, mmap, os, platform, signal, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
IS_X86 = platform.machine() == "x86_64"

def call(on_x86, elsewhere, *arguments):
    result = libc.syscall(on_x86 if IS_X86 else elsewhere, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result
"""
NEW_USER = 0x10000000
# What must fail inside, as an expression.
ATTEMPTS = {
    "a setting of the kernel": "os.open('/proc/sys/kernel/panic', os.O_WRONLY)",
    "the switch of the kernel": "os.open('/proc/sysrq-trigger', os.O_WRONLY)",
    "a device": "os.mknod('/tmp/disk', 0o060600, os.makedev(8, 0))",
    "a device in memory": "os.open('/dev/mem', os.O_RDONLY)",
    "the keys of the user": "open('/proc/keys').read()",
    "a keyring": "call(250, 219, 0, -3, 1)",
    "another user": "os.setuid(0)",
    "a new user namespace": f"call(272, 97, {NEW_USER})",
    "a process in a new user namespace": f"call(56, 220, {NEW_USER} | 17, 0, 0, 0, 0)",
    "a process whose flags are out of sight": "call(435, 435, 0, 0)",
    "a file system in memory": "call(165, 40, b'x', b'/tmp', b'tmpfs', 0, 0)",
    "a mount that can be written": "call(165, 40, b'', b'/', b'', 0x20 | 0x1000, 0)",
    "memory in a file without a name": "os.memfd_create('x')",
    "secret memory": "call(447, 447, 0)",
    "shared memory of System V": "call(29, 194, 0, 1 << 20, 0o1600)",
    "a ring of system calls": "call(425, 425, 1, bytes(200))",
    "a program in the kernel": "call(321, 280, 0, bytes(200), 200)",
    "the memory of the process of the checks": "[open(f'/proc/{pid}/mem', 'rb') for pid in os.listdir('/proc') if pid.isdigit() and int(pid) not in (1, os.getpid())]",
    "many open files": "[open('/dev/null') for n in range(300)]",
    "a large file": "os.truncate(os.open('/tmp/large', os.O_CREAT | os.O_RDWR), 1 << 30)",
}


@pytest.fixture(scope="module")
def inside():
    with Sandbox() as inside:
        inside.run(SETUP, "answer", 60)
        yield inside


def text_of(inside: Sandbox, source: str) -> str:
    ran = inside.run(source, "answer", SECONDS)
    assert not [output for output in ran.outputs if output["output_type"] == "error"], ran.outputs
    return "".join(output.get("text", "") for output in ran.outputs)


def test_no_known_way_leads_out(inside):
    parts = [
        f"try:\n    {attempt}\n    print({name!r})\nexcept OSError: pass"
        for name, attempt in ATTEMPTS.items()
    ]
    assert text_of(inside, "\n".join(parts)) == ""


def test_a_sandbox_has_no_capabilities_whoever_started_it(inside):
    status = text_of(inside, "print(open('/proc/self/status').read())")
    held = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Cap"))
    assert len(held) == 5 and {int(value, 16) for value in held.values()} == {0}
    assert guards()[:2] == ("namespaces", "filter of system calls")


def test_the_devices_of_the_host_stay_as_they_are(inside):
    before = os.stat("/dev/null")
    text_of(inside, "try: os.chmod('/dev/null', 0o600)\nexcept OSError: pass")
    after = os.stat("/dev/null")
    if after.st_mode != before.st_mode:
        os.chmod("/dev/null", before.st_mode & 0o7777)
    assert after.st_mode == before.st_mode


def test_the_command_line_tells_nothing_of_the_host(inside):
    assert "bind" not in text_of(inside, "print(open('/proc/1/cmdline').read())")


def test_honest_programs_find_what_they_need(inside):
    does = """
import shutil, sqlite3, tempfile, threading
with tempfile.NamedTemporaryFile() as file:
    shutil.copy(file.name, "copied")
thread = threading.Thread(target=print, args=("a thread",))
thread.start(); thread.join()
print(subprocess.run(["true"]).returncode, sqlite3.connect("data.db").execute("select 1").fetchone())
with mmap.mmap(-1, 4096) as shared:
    shared[0] = 1
"""
    assert text_of(inside, does) == "a thread\n0 (1,)\n"


def test_fifty_five_processes_that_share_their_memory_are_not_too_much(inside, monkeypatch):
    looks = []

    def look(tree, original=sandbox._is_too_much):
        if len(tree) > 55 and not looks:
            looks.append(original(tree))
            inside._interrupt()
        return False

    monkeypatch.setattr(sandbox, "_is_too_much", look)
    forks = f"""
shared, children = bytearray(b"x" * (100 << 20)), []
try:
    for n in range(55):
        child = os.fork()
        if not child:
            time.sleep({SECONDS})
            os._exit(0)
        children.append(child)
    time.sleep({SECONDS})
except KeyboardInterrupt:  # somebody has looked at them
    pass
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
del shared
"""
    text_of(inside, forks)
    assert looks == [False]


def highest_priority() -> int:
    """Of a thread, as this user may set it."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    return os.getpriority(os.PRIO_PROCESS, 0)


def test_the_watcher_goes_before_what_it_watches(inside):
    """Or the processes of a fork bomb, which Linux does not count for root, leave it no time to end them."""
    [watcher] = [thread for thread in threading.enumerate() if thread.name.endswith("(_watch)")]
    with ThreadPoolExecutor(1) as pool:
        highest = pool.submit(highest_priority).result()
    assert os.getpriority(os.PRIO_PROCESS, watcher.native_id) == highest
    assert int(text_of(inside, "print(os.getpriority(os.PRIO_PROCESS, 0))")) > -20


def test_a_flood_in_the_pipe_is_read_in_time_and_ends(monkeypatch):
    """Each junk byte is looked at once: so the CPU time is that of so many bytes, not of their square."""
    junk = sandbox.LONGEST_ANSWER
    received = Sandbox.__new__(Sandbox)
    received._written = 0
    chunks = [b"\n" * 65536] * (junk // 65536 - 1)
    received._receive = lambda seconds: chunks.pop()
    searched = []

    class Counted(bytearray):
        def find(self, what, start=0, *end):
            searched.append(len(self) - start)
            return super().find(what, start, *end)

    received._received = Counted()
    answer = b"s" * 32 + b" 1 2\n[]"
    chunks.insert(0, answer)
    assert received._answer(b"s" * 32, 60).is_done
    assert sum(searched) < 2 * (junk + 100_000)


@pytest.mark.parametrize(
    "does, reason",
    [
        ("kept = [mmap.mmap(-1, 1 << 26) for n in range(8)]\nfor each in kept: each.write(b'x' * (1 << 26))\ntime.sleep(60)", "memory"),
        ("for n in range(30_000): open(f'/tmp/{n}', 'w').close()\ntime.sleep(60)", "files"),
    ],
    ids=["shared memory", "empty files"],
)  # fmt: skip
def test_what_takes_memory_of_the_system_ends_the_sandbox(does, reason, monkeypatch):
    monkeypatch.setattr(sandbox, "SANDBOX_MEMORY", 200 * sandbox.MEBIBYTE)
    with Sandbox() as inside, pytest.raises(Ended, match=reason):
        inside.run(SETUP + does, "answer", 50)


def test_root_grades_only_where_calls_are_filtered(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    sandbox.demand(safe=True)
    monkeypatch.setattr(sandbox, "program", lambda: None)
    with pytest.raises(Problem, match="root"):
        sandbox.demand(safe=True)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    sandbox.demand(safe=True)


def test_a_systemd_of_the_user_holds_memory_and_processes(tmp_path, monkeypatch):
    told = tmp_path / "told"
    (tmp_path / "systemd-run").write_text(
        f'#!/bin/sh\necho "$@" >> {told}\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
    )
    (tmp_path / "systemd-run").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/of-the-instructor")
    guards.cache_clear()
    try:
        assert "memory cgroup" in guards()
        with Sandbox() as inside:
            said = text_of(inside, "import os\nprint(os.environ.get('XDG_RUNTIME_DIR'))")
    finally:
        guards.cache_clear()
    assert said == "None\n"
    assert "MemoryMax=" in told.read_text() and "TasksMax=" in told.read_text()
