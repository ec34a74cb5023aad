"""Which servers a cell has, when it runs again and when a start fails."""

from types import SimpleNamespace

import pytest

from course.page import cell


class Server:
    def __init__(self, port):
        self.port, self.running = port, True

    def stop(self):
        self.running = False


@pytest.fixture
def run(monkeypatch):
    """Runs a cell: each of its starters gets a port and returns a server or raises."""
    shell = SimpleNamespace(execution_count=0, get_parent=lambda: {"metadata": {"cellId": "a"}})
    monkeypatch.setattr(cell, "_shell", lambda: shell)
    monkeypatch.setattr(cell, "_cell_runs", {})

    def run(*starters):
        shell.execution_count += 1
        return [cell.start_in_cell(start) for start in starters]

    return run


def start(port):
    return Server(port or 1000)


def start_another(port):
    return Server(port or 2000)


def interrupted(port):
    raise KeyboardInterrupt


def test_a_start_that_was_interrupted_leaves_the_port_to_the_next_run(run):
    [first] = run(start)
    with pytest.raises(KeyboardInterrupt):
        run(interrupted)
    assert not first.running
    [third] = run(start_another)
    assert third.port == first.port


def test_two_servers_keep_their_ports_also_when_the_second_failed_once(run):
    run(start, start_another)
    with pytest.raises(KeyboardInterrupt):
        run(start, interrupted)
    assert [server.port for server in run(start_another, start)] == [1000, 2000]


def test_a_run_stops_only_what_the_last_run_of_its_cell_started(run, monkeypatch):
    [mine] = run(start)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(cell, "_cell_id", lambda shell: "b")
        [other] = run(start)
    run(start)
    assert (mine.running, other.running) == (False, True)
