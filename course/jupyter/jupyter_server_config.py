"""The settings of `python -m course lab`. What is given on its command line wins.

What stands in a `jupyter_lab_config.py` loses against settings of the server, so all stands here.
"""

from pathlib import Path

c = get_config()  # noqa: F821
c.ServerApp.root_dir = str(Path(__file__).resolve().parents[2])
c.LabApp.default_url = "/lab/tree/desk/notebooks/00_start_here.ipynb"
# Cells that hold JavaScript are edited as JavaScript.
c.LabApp.extra_labextensions_path = [str(Path(__file__).with_name("labextensions"))]
# The course works offline: no news, no look for updates, no extension catalogue.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
