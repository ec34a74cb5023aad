"""`grade`: grades a class. Each submission is repaired, run in a sandbox, and scored by nbgrader."""

import dataclasses
import hashlib
import json
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearOutput, Execute
from tqdm import tqdm
from traitlets.config import Config

from course.environment import ROOT
from course.exercises.repairing import Damaged, repair
from course.grading.executing import execute, suspicious
from course.grading.gradebook import load_config, open_gradebook
from course.grading.results import read_results, write_results
from course.grading.sandbox import demand
from course.problem import Problem

MEMORY = 2 * 1024**3  # of one worker


@dataclasses.dataclass
class Outcome:
    """What became of one submission.

    Attributes:
        student: the name of the student's folder.
        fingerprint: stands for the submitted file and the exercise: if neither changes, the grade stays.
        damage: why it could not be graded, empty if it was.
        notes: what was repaired, and which cells were left out.
        suspicions: words in answers that can be used to deceive checks.
        failures: the sentence of each check that failed, by the name of the check.
        feedback: stands for the points and comments that the last feedback had.
    """

    student: str
    fingerprint: str
    damage: str = ""
    notes: list[str] = dataclasses.field(default_factory=list)
    suspicions: list[str] = dataclasses.field(default_factory=list)
    failures: dict[str, str] = dataclasses.field(default_factory=dict)
    feedback: str = ""


@dataclasses.dataclass(frozen=True)
class Exercise:
    """One exercise of the course in a folder: where its files are, and how it is graded."""

    root: Path
    name: str
    safe: bool
    seconds: float

    @property
    def file(self) -> str:
        return f"{self.name.replace('-', '_')}.ipynb"

    def submitted(self, student: str) -> Path | None:
        """The file to grade: the one with the right name, else the newest notebook."""
        folder = self.root / "submitted" / student / self.name
        found = sorted(folder.rglob("*.ipynb"), key=lambda path: path.stat().st_mtime)
        found = [
            path
            for path in found
            if ".ipynb_checkpoints" not in path.parts and not path.is_symlink()
        ]
        exact = folder / self.file
        return exact if exact in found else (found[-1] if found else None)

    def outcome_file(self, student: str) -> Path:
        return self.root / "grades" / self.name / "students" / f"{student}.json"


def grade(number: str, root: Path = ROOT, safe: bool = True, seconds: float = 30) -> list[Outcome]:
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
    names = {path.name[:2]: path.name for path in sorted((root / "solutions").glob("[0-9][0-9]-*"))}
    if number not in names:
        raise Problem(f"There is no exercise {number}. Choose one of: {', '.join(names)}.")
    exercise = Exercise(root, names[number], safe, seconds)
    students = sorted(
        path.parent.name
        for path in (root / "submitted").glob(f"*/{exercise.name}")
        if path.is_dir()
    )
    if not students:
        raise Problem(
            f"There is no submission of {exercise.name}. Put them in place first: "
            "python -m course collect SOURCE"
        )
    published, checks = _publish(exercise)
    warnings.filterwarnings("ignore", module="nbgrader")  # on how it uses its database
    with _workers() as pool:
        known = read_results(exercise, published).scores.keys()
        outcomes = _grade_all(exercise, students, known, published, checks, pool)
        results = read_results(exercise, published)
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


def _publish(exercise: Exercise) -> tuple[nbformat.NotebookNode, dict[str, str]]:
    """Make the exercise from its solution, and note it in the gradebook.

    Returns:
        The notebook as students get it, and the checks by name with their hidden tests.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(exercise.root)
        config.CourseDirectory.release_directory = folder
        try:
            _convert(GenerateAssignment, config, ".", exercise)
            published = nbformat.read(Path(folder) / exercise.name / exercise.file, as_version=4)
        except (NbGraderException, OSError) as error:
            raise Problem(
                f"nbgrader cannot make the exercise from solutions/{exercise.name}: {error} "
                f"For the reason run: nbgrader generate_assignment {exercise.name} --force"
            ) from None
    with open_gradebook(exercise.root) as book:
        cells = book.find_notebook(Path(exercise.file).stem, exercise.name).source_cells
        return published, {cell.name: cell.source for cell in cells if cell.locked}


def _workers() -> ProcessPoolExecutor:
    # A copy of this process has everything loaded already. Elsewhere than on Linux that is not safe.
    way = "fork" if sys.platform == "linux" else "spawn"
    tqdm.monitor_interval = 0  # its thread would be copied too
    return ProcessPoolExecutor(
        os.cpu_count(), multiprocessing.get_context(way), _end_with_parent, (os.getpid(),)
    )


def _in_parallel(pool, work, jobs: list[tuple], title: str):
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


def _grade_all(exercise: Exercise, students, known, published, checks, pool) -> list[Outcome]:
    edition = hashlib.sha256(json.dumps([published, checks]).encode()).hexdigest()
    outcomes, jobs = [], []
    for student in students:
        fingerprint = _fingerprint(exercise, student, edition)
        before = _read_outcome(exercise, student)
        is_noted = before and (before.damage or student in known)
        if is_noted and before.fingerprint == fingerprint:
            outcomes.append(before)
        else:
            jobs.append((exercise, student, fingerprint, published, checks))
    outcomes += _in_parallel(pool, _grade_one, jobs, "graded")
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _give_feedback(exercise: Exercise, outcomes: list[Outcome], results, pool) -> None:
    """Write feedback/ for each student whose points or comments have changed since the last time."""
    jobs = []
    for outcome in outcomes:
        state = results.state(outcome.student)
        if not outcome.damage and outcome.feedback != state:
            outcome.feedback = state
            jobs.append((exercise, outcome))
    for _ in _in_parallel(pool, _write_feedback, jobs, "feedback"):
        pass


def _end_with_parent(parent: int) -> None:
    """Workers leave Ctrl-C to the parent, and do not outlive it. A notebook that fills their memory is one that fails."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _fingerprint(exercise: Exercise, student: str, edition: str) -> str:
    path = exercise.submitted(student)
    content = path.read_bytes() if path else b""
    return hashlib.sha256(content + edition.encode()).hexdigest()


def _read_outcome(exercise: Exercise, student: str) -> Outcome | None:
    with suppress(OSError, ValueError, TypeError):
        return Outcome(**json.loads(exercise.outcome_file(student).read_text(encoding="utf-8")))


def _grade_one(exercise: Exercise, student: str, fingerprint: str, published, checks) -> Outcome:
    outcome = Outcome(student, fingerprint)
    try:
        path = exercise.submitted(student)
        if path is None:
            raise Damaged("There is no notebook in the folder.")
        repaired = repair(path, published)
        outcome.notes = repaired.notes
        if path.name != exercise.file:
            outcome.notes.insert(0, f"The file was named {path.name}.")
        for cell in repaired.notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = checks.get(name, cell.source)
        outcome.notes += execute(repaired.notebook, exercise.safe, exercise.seconds)
        outcome.suspicions = suspicious(repaired.notebook)
        outcome.failures = _failures(repaired.notebook)
        _score(exercise, student, repaired.notebook, path.parent / "timestamp.txt")
    except Damaged as damaged:
        outcome.damage = str(damaged)
    except Exception as error:  # one bad notebook must not stop the class
        outcome.damage = f"It could not be graded: {type(error).__name__}: {error}."
    _save(outcome, exercise.outcome_file(student))
    return outcome


def _failures(notebook) -> dict[str, str]:
    failures = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            for output in cell.outputs:
                if output["output_type"] == "error":
                    is_stub = output["ename"] == "NotImplementedError"
                    sentence = "Not done yet." if is_stub else output["evalue"] or output["ename"]
                    failures[cell.metadata.nbgrader.grade_id] = sentence
    return failures


def _score(exercise: Exercise, student: str, notebook, timestamp: Path) -> None:
    """Let nbgrader score a notebook that has been run: into autograded/ and the gradebook."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / student / exercise.name
        place.mkdir(parents=True)
        nbformat.write(nbformat.from_dict(notebook), place / exercise.file)
        if timestamp.exists():
            shutil.copy(timestamp, place)
        config = load_config(exercise.root)
        config.CourseDirectory.submitted_directory = folder
        # The cells have been run, so their outputs stay, and they are not run again.
        config.Autograde.sanitize_preprocessors = [
            step for step in Autograde.sanitize_preprocessors.default() if step is not ClearOutput
        ]
        config.Autograde.autograde_preprocessors = [
            step for step in Autograde.autograde_preprocessors.default() if step is not Execute
        ]
        _convert(Autograde, config, student, exercise)


def _write_feedback(exercise: Exercise, outcome: Outcome) -> None:
    _convert(GenerateFeedback, load_config(exercise.root), outcome.student, exercise)
    _save(outcome, exercise.outcome_file(outcome.student))


def _convert(converter: type, config: Config, student: str, exercise: Exercise) -> None:
    course = CourseDirectory(config=config, student_id=student, assignment_id=exercise.name)
    step = converter(coursedir=course, config=config)
    step.force = True
    step.log.setLevel(logging.CRITICAL)
    step.start()


def _save(outcome: Outcome, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(json.dumps(dataclasses.asdict(outcome), indent=1), encoding="utf-8")
    unfinished.replace(path)
