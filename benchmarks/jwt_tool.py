"""Lets jwt_tool attack the patched servers of lesson 13: `python -m benchmarks.jwt_tool PATH/TO/jwt_tool.py`.

jwt_tool (https://github.com/ticarpi/jwt_tool) is a judge of another hand, and not shipped. It must have run once, so
that it has made its settings. Its playbook changes an honest token in more than a hundred ways. A line with the status
200 is good only for the honest token, which it sends first and again between the others: this prints how often each
status came for `GET /me`.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import requests

from course.attacks.house.servers import SERVERS, new_flag, new_key
from course.servers.background import BackgroundServer
from tests.course.attacks.patches import RIGHT
from tests.course.attacks.test_house import patched

LONGEST = 600


def main(tool: Path) -> None:
    first = {name: (old, new) for name, _, old, new in reversed(RIGHT)}
    for name in SERVERS:
        with tempfile.TemporaryDirectory() as folder:
            app = patched(name, *first[name])(new_flag(), new_key(name, Path(folder)))
            with BackgroundServer(app) as server:
                if name == "sign_up":
                    made = requests.post(
                        f"{server.url}/users", json={"username": "ana"}, timeout=60
                    )
                else:
                    made = requests.post(f"{server.url}/token", timeout=60)
                bearer = "Authorization: Bearer " + made.json()["token"]
                playbook = ["-t", f"{server.url}/me", "-rh", bearer, "-M", "pb", "-b"]
                subprocess.run(
                    [sys.executable, tool.name, *playbook],
                    cwd=tool.parent,
                    capture_output=True,
                    timeout=LONGEST,
                )
                statuses = Counter(request.status for request in server.log)
                print(f"{name:14}{dict(statuses)}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("Say where jwt_tool.py is: python -m benchmarks.jwt_tool PATH/TO/jwt_tool.py")
    main(Path(sys.argv[1]).resolve())
