"""Learning aids for the notebooks: what they import, and `python -m course`.

The aids load when they are first used, so that `python -m course` also starts on a bare Python that has nothing installed yet.
"""

import sys
from importlib import import_module

_MODULE_OF = {
    "Clock": "servers.clock",
    "House": "attacks.house.board",
    "REACT_SOURCES": "browser.in_node",
    "TokenEditor": "tokens.editor",
    "attack": "attacks.board",
    "bank_app": "attacks.house.bank",
    "browser_origin": "browser.in_browser",
    "browser_url": "browser.in_browser",
    "check": "exercises.checking",
    "cookie_decisions": "browser.cookie_decisions",
    "crafted_tokens": "tokens.crafted",
    "door_map": "servers.doors",
    "error_of": "exercises.asking",
    "fresh_house": "attacks.house.running",
    "infect": "attacks.house.mallory",
    "judge_patch": "attacks.house.judging",
    "keep": "browser.keep",
    "launch": "servers.launching",
    "mallory_app": "attacks.house.mallory",
    "notes_app": "attacks.house.notes",
    "predict": "page.predictions",
    "result_of": "exercises.asking",
    "run_each_in_node": "browser.in_node",
    "run_in_browser": "browser.in_browser",
    "run_in_node": "browser.in_node",
    "run_react_in_node": "browser.in_node",
    "score": "tokens.crafted",
    "serve": "servers.background",
    "show": "servers.exchange",
    "show_page": "browser.page",
    "show_react": "browser.react",
    "vault": "attacks.house.vault",
}
__all__ = sorted(_MODULE_OF)

# Type checkers and editors take this for true (an older Python has no module typing), and read the names in it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from course.attacks.board import attack as attack
    from course.attacks.house.bank import bank_app as bank_app
    from course.attacks.house.board import House as House
    from course.attacks.house.judging import judge_patch as judge_patch
    from course.attacks.house.mallory import infect as infect
    from course.attacks.house.mallory import mallory_app as mallory_app
    from course.attacks.house.notes import notes_app as notes_app
    from course.attacks.house.running import fresh_house as fresh_house
    from course.attacks.house.vault import vault as vault
    from course.browser.cookie_decisions import cookie_decisions as cookie_decisions
    from course.browser.in_browser import browser_origin as browser_origin
    from course.browser.in_browser import browser_url as browser_url
    from course.browser.in_browser import run_in_browser as run_in_browser
    from course.browser.in_node import REACT_SOURCES as REACT_SOURCES
    from course.browser.in_node import run_each_in_node as run_each_in_node
    from course.browser.in_node import run_in_node as run_in_node
    from course.browser.in_node import run_react_in_node as run_react_in_node
    from course.browser.keep import keep as keep
    from course.browser.page import show_page as show_page
    from course.browser.react import show_react as show_react
    from course.exercises.asking import error_of as error_of
    from course.exercises.asking import result_of as result_of
    from course.exercises.checking import check as check
    from course.page.predictions import predict as predict
    from course.servers.background import serve as serve
    from course.servers.clock import Clock as Clock
    from course.servers.doors import door_map as door_map
    from course.servers.exchange import show as show
    from course.servers.launching import launch as launch
    from course.tokens.crafted import crafted_tokens as crafted_tokens
    from course.tokens.crafted import score as score
    from course.tokens.editor import TokenEditor as TokenEditor


def __getattr__(name):
    if name not in _MODULE_OF:
        raise AttributeError("module 'course' has no attribute '%s'" % name)
    return getattr(import_module("course." + _MODULE_OF[name]), name)


def __dir__():
    return __all__


# A notebook can write %%keep after any import from here.
if "IPython" in sys.modules:
    import_module("course.browser.keep")
