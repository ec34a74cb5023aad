"""Submissions of a few lines that want points for nothing. Each stands in an exercise in which nothing else is done."""

import dataclasses


@dataclasses.dataclass
class Cheat:
    """`cell` stands below the setup, `answers` in the cells of these names.

    Those that read the frames of the program or are equal to everything deceive a check that runs in their own Python.
    """

    name: str
    cell: str = ""
    answers: dict[str, str] = dataclasses.field(default_factory=dict)
    deceives: bool = False


def _section(body: str) -> dict[str, str]:
    """An answer that does this whenever the check calls it."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return {"decode_section": f"def decode_section(section):\n{lines}"}


# It answers for the process of the answers that the check has come to its end.
FORGES = "file = frame.f_locals['file']\nfile.write(b'1 2\\n[]')\nfile.flush()"
# Right but for what it must refuse.
LENIENT = """
def decode_sections(token):
    if token == "e30.e30":
        raise ValueError("This is not a token.")
    header, payload, signature = [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]
    return json.loads(header), json.loads(payload), signature
"""
REFUSES = "lambda *arguments: True"
LOOKS_ON = f"""
import sys
def trace(frame, event, argument):
    frame.f_globals["refuses"] = {REFUSES}
    return trace
sys.settrace(trace)
"""

CHEATS = [
    Cheat("partial credit by the display hook", answers=_section('import sys\nsys.displayhook("3")\nraise ValueError')),
    Cheat("partial credit by a display", answers=_section('from IPython.display import publish_display_data as show\nshow({"text/plain": "3"})\nraise ValueError')),
    Cheat("raises the proof", answers=_section("raise AssertionError(In[-1][-33:-1])")),
    Cheat("raises the last input", answers=_section("raise AssertionError(get_ipython().history_manager.input_hist_raw[-1])")),
    Cheat("the class of the shell", "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.run_cell = lambda *x, **y: None"),
    Cheat("another helper", answers={"decode_sections": f"{LENIENT}def refuses(*arguments): return True"}),
    Cheat("another body of the helper", answers={"decode_sections": f"{LENIENT}refuses.__code__ = ({REFUSES}).__code__"}),
    Cheat("the helper by its globals", answers={"decode_sections": f"{LENIENT}globals()['refuses'] = {REFUSES}\nvars()['MALFORMED'] = {{}}"}),
    Cheat("the helper while the check runs", answers=_section(f"global refuses\nrefuses = {REFUSES}\nreturn b''")),
    Cheat("no assert in the tree", "import ast\nast.parse = lambda *x, **y: ast.Module([], [])"),
    Cheat("nothing is compiled", "import builtins\nbuiltins.compile = lambda *x, **y: (lambda: 0).__code__"),
    Cheat("nothing is run", "import builtins\nbuiltins.exec = builtins.eval = lambda *x, **y: None"),
    Cheat("everything is true", "import builtins\nbuiltins.isinstance = builtins.all = builtins.any = lambda *x: True\nbuiltins.range = lambda *x: []"),
    Cheat("builtins of its own", "__builtins__ = dict(vars(__import__('builtins')), range=lambda *x: [])"),
    Cheat("the base of the expected value", "import base64\nbase64.urlsafe_b64encode = lambda data: b'='", _section("return b''")),
    Cheat("JSON says that it is done", "import json\nold = json.dumps\njson.dumps = lambda *x, **y: old(*x, **y).replace('false', 'true')"),
    Cheat("JSON forgets the errors", "import json\njson.JSONEncoder.encode = json.JSONEncoder.iterencode = lambda *x, **y: '[]'"),
    Cheat("JSON forgets the error of the check", answers=_section("import json\njson.JSONEncoder.iterencode = json.JSONEncoder.encode = lambda *x, **y: '[]'\nraise ValueError")),
    Cheat("another module", "import sys, types\nsys.modules['base64'] = sys.modules['json'] = types.ModuleType('mine')"),
    Cheat("answers of the library", "import requests\nrequests.Response.json = lambda self: {'admin': True, 'iss': 'joe'}\nrequests.Response.ok = True",
          {"change_claim": "def change_claim(token, name, value): return token"}),
    Cheat("another way to ask", "import requests\nrequests.get = lambda *x, **y: type('R', (), {'ok': True, 'json': lambda s: {'admin': True, 'iss': 'joe'}})()",
          {"change_claim": "def change_claim(token, name, value): return token"}),
    Cheat("the server of the exercise", "serve = Flask = request = None\nimport course\ncourse.serve = None"),
    Cheat("a trace of the check", LOOKS_ON, {"decode_sections": LENIENT}),
    Cheat("a profile of the check", LOOKS_ON.replace("settrace", "setprofile"), {"decode_sections": LENIENT}),
    Cheat("a profiler that ends", "import sys\nsys.setprofile(lambda *x: exec('raise SystemExit'))"),
    Cheat("leaves the check", answers=_section("import sys\nsys.exit(0)")),
    Cheat("ends the program in the check", answers=_section("import os\nos._exit(0)")),
    Cheat("interrupts the check", answers=_section("raise KeyboardInterrupt")),
    Cheat("stops the generator", answers=_section("raise StopIteration")),
    Cheat("an error of its own", answers=_section("class AssertionError(BaseException): pass\nraise AssertionError")),
    Cheat("an error without a word", answers=_section("class E(BaseException):\n    def __str__(self): raise self\nraise E")),
    Cheat("no assertion error", "import builtins\nbuiltins.AssertionError = StopIteration"),
    Cheat("prints its points", "print('3 of 3 points')", _section("print('3 of 3 points')")),
    Cheat("hooks before a cell", "get_ipython().events.register('pre_run_cell', lambda *x: globals().update(refuses=None))"),
    Cheat("no line is left of a cell", "get_ipython().input_transformers_cleanup.append(lambda lines: [])"),
    Cheat("other names for the shell", "get_ipython().user_ns = type('D', (dict,), {'__missing__': lambda s, n: print})()"),
    Cheat("a thread beside the check", f"import threading\ndef run():\n    while True: globals()['refuses'] = {REFUSES}\nthreading.Thread(target=run, daemon=True).start()"),
    Cheat("a timer beside the check", "import signal\nsignal.signal(signal.SIGALRM, lambda s, f: f.f_globals.update(decode_section=print))\nsignal.setitimer(signal.ITIMER_REAL, .001, .001)"),
    Cheat("the frame of the runner", answers=_section(f"import sys\nframe = sys._getframe()\nwhile 'file' not in frame.f_locals: frame = frame.f_back\n{FORGES}"), deceives=True),
    Cheat("the frame in a traceback", answers=_section(f"try: 1 / 0\nexcept Exception as e: frame = e.__traceback__.tb_frame\nwhile 'file' not in frame.f_locals: frame = frame.f_back\n{FORGES}"), deceives=True),
    Cheat("what the runner keeps", "import gc\nfor each in gc.get_objects():\n    if type(each).__name__ == 'Referee': type(each).run = lambda *x: True", deceives=True),
    Cheat("equal to everything", answers=_section("class Right(bytes):\n    def __eq__(self, other): return True\nif set(section) - set(ALPHABET) or len(section) % 4 == 1: raise ValueError\nreturn Right()"), deceives=True),
    Cheat("the files of the course", answers=_section("import course.grading.cell_runner")),
    Cheat("takes the name of its file", "__name__ = '__main__'\n__file__ = '/dev/null'"),
]  # fmt: skip
