"""`grade`: grades a class. Each submission is repaired, run in a sandbox, and scored by nbgrader."""

import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

from course.environment import ROOT
from course.exercises.catalogue import Exercise, find_exercise
from course.exercises.running import SECONDS_PER_CELL
from course.grading.engine import note, write_feedback
from course.grading.judging import judge
from course.grading.records import (
    Outcome,
    fingerprint_of,
    read_outcome,
    students_of,
    write_outcome,
)
from course.grading.results import Results, read_results, write_results
from course.grading.sandbox import demand
from course.problem import Problem

WORKER_MEMORY = 2 * 1024**3


def grade(
    number: str, root: Path = ROOT, safe: bool = True, seconds: float = SECONDS_PER_CELL
) -> list[Outcome]:
    """Grade all submissions of one exercise that are new or changed, and write the results.

    Args:
        number: the exercise's two digits.
        root: the folder with solutions/ and submitted/.
        safe: whether each submission runs in a sandbox.
        seconds: how long one cell may run.

    Returns:
        list[Outcome]: one for each submission, also those of earlier runs.

    Raises:
        Problem: there is no such exercise, no submission, or no sandbox.
    """
    demand(safe)
    exercise = find_exercise(number, root)
    students = students_of(exercise)
    if not students:
        raise Problem(
            f"There is no submission of {exercise.name}. Put them in place first: "
            "python -m course collect SOURCE"
        )
    note(exercise)
    warnings.filterwarnings("ignore", module="nbgrader")  # on how it uses its database
    with _workers() as pool:
        outcomes = _judge_all(exercise, students, safe, seconds, pool)
        results = read_results(exercise)
        _give_feedback(exercise, outcomes, results, pool)
    write_results(exercise, results, outcomes)
    return outcomes


def describe(outcomes: list[Outcome]) -> str:
    """Say in a few lines what `grade` did."""
    damaged = [outcome for outcome in outcomes if outcome.damage]
    lines = [f"{len(outcomes) - len(damaged)} of {len(outcomes)} submissions have points."]
    lines += [f"A person must look at {outcome.student}: {outcome.damage}" for outcome in damaged]
    lines.append("The results are in grades/, the feedback is in feedback/.")
    return "\n".join(lines)


def _judge_all(
    exercise: Exercise,
    students: list[str],
    safe: bool,
    seconds: float,
    pool: ProcessPoolExecutor,
) -> list[Outcome]:
    """Judge what is new or changed, and take over what was written before of all others."""
    with_points = read_results(exercise).scores.keys()
    outcomes, jobs = [], []
    for student in students:
        fingerprint = fingerprint_of(exercise, student)
        before = read_outcome(exercise, student)
        is_same = before is not None and before.fingerprint == fingerprint
        if before and is_same and (before.damage or student in with_points):
            outcomes.append(before)
        else:
            jobs.append((exercise, student, fingerprint, safe, seconds))
    outcomes += _in_parallel(pool, judge, jobs, "graded")
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _give_feedback(
    exercise: Exercise, outcomes: list[Outcome], results: Results, pool: ProcessPoolExecutor
) -> None:
    """Write feedback/ for each student whose points or comments have changed since the last time."""
    jobs = []
    for outcome in outcomes:
        state = results.state(outcome.student)
        if not outcome.damage and outcome.feedback != state:
            outcome.feedback = state
            jobs.append((exercise, outcome))
    for _ in _in_parallel(pool, _feedback, jobs, "feedback"):
        pass


def _feedback(exercise: Exercise, outcome: Outcome) -> None:
    write_feedback(exercise, outcome.student)
    write_outcome(exercise, outcome)


def _workers() -> ProcessPoolExecutor:
    # A copy of this process has everything loaded already. Elsewhere than on Linux that is not safe.
    way = "fork" if sys.platform == "linux" else "spawn"
    tqdm.monitor_interval = 0  # its thread would be copied too
    return ProcessPoolExecutor(
        os.cpu_count(), multiprocessing.get_context(way), _end_with_parent, (os.getpid(),)
    )


def _end_with_parent(parent: int) -> None:
    """Workers leave Ctrl-C to the parent, and do not outlive it. A notebook that fills their memory is one that fails."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (WORKER_MEMORY, WORKER_MEMORY))

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _in_parallel(
    pool: ProcessPoolExecutor, work: Callable, jobs: list[tuple], title: str
) -> Iterator:
    """Do `work(*job)` for each job in the pool, with a progress bar, and yield the results as they come."""
    waiting = [pool.submit(work, *job) for job in jobs]
    try:
        for job in tqdm(
            as_completed(waiting), title, len(waiting), unit="student", disable=not jobs
        ):
            yield job.result()
    except KeyboardInterrupt:
        pool.shutdown(cancel_futures=True)
        raise Problem(
            "Stopped. What is graded stays: the same command goes on from there."
        ) from None
