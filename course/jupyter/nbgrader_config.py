"""`lab` takes no settings of the server from the user, but those of nbgrader, which name the exchange of a hub."""

import os
from pathlib import Path

c = get_config()  # noqa: F821
for folder in reversed(os.environ.get("NBGRADER_SETTINGS", "").split(os.pathsep)):
    if folder and Path(folder, "nbgrader_config.py").is_file():
        load_subconfig("nbgrader_config.py", path=folder)  # noqa: F821
