"""Learning aids for the notebooks: what they import, and `python -m course`.

The aids load when they are first used, so that `python -m course` also starts on a bare Python that has nothing installed yet.
"""

from importlib import import_module

_MODULE_OF = {
    "REACT_SOURCES": "browser.react",
    "TokenEditor": "tokens.editor",
    "browser_origin": "browser.in_browser",
    "browser_url": "browser.in_browser",
    "check": "exercises.checking",
    "crafted_tokens": "tokens.crafted",
    "door_map": "servers.doors",
    "keep": "browser.keep",
    "launch": "servers.launching",
    "predict": "page.predictions",
    "run_in_browser": "browser.in_browser",
    "run_in_node": "browser.in_node",
    "score": "tokens.crafted",
    "serve": "servers.background",
    "show": "servers.exchange",
    "show_react": "browser.react",
}
__all__ = sorted(_MODULE_OF)


def __getattr__(name):
    if name not in _MODULE_OF:
        raise AttributeError("module 'course' has no attribute '%s'" % name)
    return getattr(import_module("course." + _MODULE_OF[name]), name)
