"""`grade`: grades a class. Each submission is repaired, run in a sandbox, and scored by nbgrader."""

import dataclasses
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from course.environment import ROOT
from course.exercises.catalogue import Exercise, find_exercise
from course.exercises.running import SECONDS_PER_CELL
from course.grading.engine import note, write_feedback
from course.grading.judging import checks_apart, judge, reason_of
from course.grading.machine import alone, workers
from course.grading.records import (
    NOT_GRADED,
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
KILLED = "The process that graded it was killed, twice. Maybe there was no memory left."


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
        Problem: there is no such exercise, no submission, or no sandbox; it is graded already at this moment; or the
            results cannot be written.
    """
    demand(safe)
    exercise = find_exercise(number, root)
    students = students_of(exercise)
    if not students:
        raise Problem(
            f"There is no submission of {exercise.name}. Put them in place first: "
            "python -m course collect SOURCE"
        )
    warnings.filterwarnings("ignore", module="nbgrader")  # on how it uses its database
    lock = exercise.root / "grades" / exercise.name / ".running"
    try:
        with alone(lock, f"Another `grade {number}` is running. Wait until it is done."):
            note(exercise)
            outcomes = _judge_all(exercise, students, safe, seconds)
            results = read_results(exercise)
            _give_feedback(exercise, outcomes, results)
            write_results(exercise, results, outcomes)
    except KeyboardInterrupt:
        raise Problem(
            "Stopped. What is graded stays: the same command goes on from there."
        ) from None
    except OSError as error:
        raise Problem(
            f"{reason_of(error)} What is graded stays: repair that, and run the same command again."
        ) from None
    return outcomes


def describe(outcomes: list[Outcome]) -> str:
    """Say in a few lines what `grade` did."""
    graded = [outcome for outcome in outcomes if outcome.is_graded]
    lines = [f"{len(graded)} of {len(outcomes)} submissions have points."]
    for outcome in outcomes:
        if outcome.damage:
            lines.append(f"A person must look at {outcome.student}: {outcome.damage}")
        elif outcome.trouble:
            lines.append(f"{outcome.student}: {NOT_GRADED} {outcome.trouble}")
    lines.append("The results are in grades/, the feedback is in feedback/.")
    return "\n".join(lines)


def _judge_all(
    exercise: Exercise, students: list[str], safe: bool, seconds: float
) -> list[Outcome]:
    """Judge what is new or changed, and take over what was written before of all others."""
    with_points = read_results(exercise).scores.keys()
    outcomes = []
    jobs: list[tuple] = []
    for student in students:
        try:
            fingerprint = fingerprint_of(exercise, student)
        except OSError as error:
            outcomes.append(Outcome(student, "", trouble=reason_of(error)))
            continue
        before = read_outcome(exercise, student)
        is_same = before is not None and before.fingerprint == fingerprint
        has_points = student in with_points and _page(exercise, "autograded", student).exists()
        if before and is_same and (before.damage or has_points):
            outcomes.append(before)
        else:
            jobs.append((exercise, student, fingerprint, safe, seconds))
    apart = checks_apart(exercise, seconds) if jobs and safe else set()
    jobs = [(*job, apart) for job in jobs]
    for (_, student, fingerprint, *_), outcome in _in_parallel(judge, jobs, "graded"):
        outcomes.append(outcome or Outcome(student, fingerprint, trouble=KILLED))
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _give_feedback(exercise: Exercise, outcomes: list[Outcome], results: Results) -> None:
    """Write feedback/ for each student whose points or comments have changed since the last time."""
    jobs = []
    for outcome in outcomes:
        state = results.state(outcome.student)
        is_there = _page(exercise, "feedback", outcome.student).exists()
        if outcome.is_graded and not (is_there and outcome.feedback == state):
            jobs.append((exercise, outcome, state))
    for (_, outcome, state), trouble in _in_parallel(_feedback, jobs, "feedback"):
        if trouble == "":
            outcome.feedback = state
        else:
            outcome.notes.append(
                f"No new feedback, by a fault of this machine: {trouble or KILLED}"
            )


def _feedback(exercise: Exercise, outcome: Outcome, state: str) -> str:
    """Write the feedback of one student, and return what kept it from being written, or nothing."""
    try:
        write_feedback(exercise, outcome.student)
        write_outcome(exercise, dataclasses.replace(outcome, feedback=state))
    except Exception as error:
        return reason_of(error)
    return ""


def _page(exercise: Exercise, folder: str, student: str) -> Path:
    """The file that nbgrader writes for a student into one of its folders."""
    name = exercise.file if folder == "autograded" else Path(exercise.file).with_suffix(".html")
    return exercise.root / folder / student / exercise.name / name


def _workers(number: int) -> ProcessPoolExecutor:
    # A copy of this process has everything loaded already. Elsewhere than on Linux that is not safe.
    way = "fork" if sys.platform == "linux" else "spawn"
    tqdm.monitor_interval = 0  # its thread would be copied too
    return ProcessPoolExecutor(
        number, multiprocessing.get_context(way), _end_with_parent, (os.getpid(),)
    )


@contextmanager
def _without_interruption() -> Iterator[None]:
    """Ctrl-C waits while a process is made: a copy of this process would take it too, or both would lose it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *ignored: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed and callable(before):
        before(signal.SIGINT, None)


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


def _in_parallel(work: Callable, jobs: list[tuple], title: str) -> Iterator[tuple[tuple, Any]]:
    """Do `work(*job)` for each job in some processes, with a progress bar.

    Yields:
        Each job and its result as they come. The result is None if the job's process was killed twice.
    """
    number, jobs_left = workers(), deque(jobs)
    with tqdm(total=len(jobs), desc=title, unit="student", disable=not jobs) as bar:
        while jobs_left:
            running: dict[Future, tuple] = {}
            try:
                for done in _in_pool(work, jobs_left, running, number):
                    yield done
                    bar.update()
            except BrokenProcessPool:
                # One of these was killed, and took the others with it.
                for job in running.values():
                    yield job, _by_itself(work, job)
                    bar.update()


def _in_pool(
    work: Callable, jobs: deque[tuple], running: dict[Future, tuple], number: int
) -> Iterator[tuple[tuple, Any]]:
    """Take jobs from the left, as many at once as there are processes, and keep in `running` which these are."""
    with _workers(number) as pool:
        try:
            while jobs or running:
                while jobs and len(running) < number:
                    with _without_interruption():
                        running[pool.submit(work, *jobs[0])] = jobs[0]
                        jobs.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    yield running.pop(future), result
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise


def _by_itself(work: Callable, job: tuple) -> Any:
    with _workers(1) as pool:
        try:
            with _without_interruption():
                future = pool.submit(work, *job)
            return future.result()
        except BrokenProcessPool:
            return None
