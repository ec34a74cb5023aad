"""The settings of `python -m course lab`. What is given on its command line wins."""

from pathlib import Path

c = get_config()  # noqa: F821
c.ServerApp.root_dir = str(Path(__file__).resolve().parents[2])
