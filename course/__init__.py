"""Learning aids for the notebooks: what they import, and `python -m course`.

The aids load when they are first used, so that `python -m course` also starts on a bare Python that has nothing installed yet.
"""

from importlib import import_module

_MODULE_OF = {
    "TokenEditor": "token_editor",
    "browser_origin": "javascript",
    "browser_url": "javascript",
    "check": "checking",
    "crafted_tokens": "crafted",
    "door_map": "doors",
    "keep": "javascript",
    "launch": "launching",
    "predict": "predictions",
    "run_in_browser": "javascript",
    "run_in_node": "javascript",
    "score": "crafted",
    "serve": "background",
    "show": "exchange",
    "show_react": "react",
}
__all__ = sorted(_MODULE_OF)


def __getattr__(name):
    if name not in _MODULE_OF:
        raise AttributeError("module 'course' has no attribute '%s'" % name)
    return getattr(import_module("course." + _MODULE_OF[name]), name)
