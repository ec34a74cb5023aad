"""What a server noted can be read while it notes more."""

import threading

import pytest

from course.servers.log import LoggedRequest, RequestLog


class GrowingStatus(int):
    """A status during whose reading another thread adds to the log."""

    def __new__(cls, log):
        status = super().__new__(cls, 200)
        status.log = log
        return status

    def __bool__(self):
        other = threading.Thread(target=self.log.append, args=[LoggedRequest("GET", "/later", 200)])
        other.start()
        other.join()
        return True


@pytest.mark.parametrize(
    "read",
    [
        repr,
        RequestLog._repr_html_,
        lambda log: str([request.path for request in log if request.status]),
    ],
    ids=["text", "HTML", "a loop of the student"],
)
def test_it_is_read_while_another_thread_adds_to_it(read):
    log = RequestLog()
    log.append(LoggedRequest("GET", "/first", GrowingStatus(log)))
    log.append(LoggedRequest("GET", "/second", 200))
    seen = read(log)
    assert "/first" in seen and "/second" in seen and "/later" not in seen
    assert len(log) == 3


def test_it_keeps_the_last_thousand():
    log = RequestLog()
    log.extend(range(1005))
    assert list(log) == list(range(5, 1005))
