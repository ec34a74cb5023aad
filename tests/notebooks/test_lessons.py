"""The gates that every lesson must pass. nbval compares the outputs; these tests hold the rest."""

import re
import statistics
import subprocess
from itertools import groupby, pairwise

import nbformat
from nbclient import NotebookClient

from tests.reading import LESSONS, ROOT, SOLUTIONS, cells, each, prose, tags

MACHINE_PATHS = re.compile(r"/(tmp|home|root|Users|work)/|[A-Z]:\\\\|site-packages")


@each(LESSONS + SOLUTIONS)
def test_every_code_cell_ran_once_and_in_order(path):
    code = cells(path, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


@each(LESSONS + SOLUTIONS)
def test_at_most_one_code_cell_in_twenty_ignores_its_output(path):
    code = cells(path, "code")
    assert sum("nbval-ignore-output" in tags(cell) for cell in code) <= len(code) * 0.05


@each(LESSONS + SOLUTIONS)
def test_errors_are_meant(path):
    for cell in cells(path, "code"):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in tags(cell)), cell.id


@each(LESSONS + SOLUTIONS)
def test_nothing_is_written_on_the_error_stream(path):
    for cell in cells(path, "code"):
        assert not any(output.get("name") == "stderr" for output in cell.outputs), cell.id


@each(LESSONS + SOLUTIONS)
def test_outputs_name_no_path_of_a_machine(path):
    for cell in cells(path, "code"):
        assert not MACHINE_PATHS.search(str(cell.outputs)), cell.id


@each(LESSONS + SOLUTIONS)
def test_cell_ids_are_readable_and_unique(path):
    ids = [cell.id for cell in cells(path)]
    assert len(set(ids)) == len(ids)
    for name in ids:
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", name) and not re.fullmatch(r"[0-9a-f-]+", name)


@each(LESSONS + SOLUTIONS)
def test_the_kernel_is_python3_and_no_widget_is_saved(path):
    metadata = nbformat.read(path, as_version=4).metadata
    assert metadata.kernelspec.name == "python3"
    assert "widgets" not in metadata
    assert "widget-view" not in str(cells(path, "code"))


@each(LESSONS + SOLUTIONS)
def test_every_output_can_be_read_without_a_live_page(path):
    for cell in cells(path, "code"):
        for output in cell.outputs:
            if "data" in output:
                assert output.data.get("text/plain"), cell.id
        if re.search(r"^(TokenEditor|predict|show|score|door_map)\(", cell.source, re.MULTILINE):
            assert any("text/html" in output.get("data", {}) for output in cell.outputs), cell.id


def words(some_cells) -> int:
    return sum(len(cell.source.split()) for cell in some_cells)


def lines(cell) -> int:
    """The lines of a code cell that somebody has to read."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


@each(LESSONS)
def test_a_lesson_has_a_length_that_reads_well(path):
    length = words(cells(path, "markdown"))
    # 7 to 15 minutes of slow reading.
    assert 800 <= length <= 1800
    # A question, and a sentence on what was seen. There is no limit on code cells: a long one may become two.
    assert 30 <= length / len(cells(path, "code")) <= 90
    # Two minutes of reading without running anything.
    texts = groupby(cells(path), lambda cell: cell.cell_type)
    assert max(words(text) for kind, text in texts if kind == "markdown") <= 250


@each(LESSONS)
def test_code_comes_in_small_pieces(path):
    code = cells(path, "code")
    assert statistics.median(map(lines, code)) <= 3
    for cell in code:
        # A list of imports needs no thought, and a stage of the API is built in one cell.
        may_be_long = cell.id == "imports" or any(tag.startswith("server:") for tag in tags(cell))
        assert may_be_long or lines(cell) <= 15, cell.id


@each(LESSONS + SOLUTIONS)
def test_no_paragraph_begins_with_a_status_and_a_full_stop(path):
    for cell in cells(path, "markdown"):
        # Markdown draws "200. The answer" as number 200 of a list.
        assert not re.search(r"^\d{3}\. ", cell.source, re.MULTILINE), cell.id


@each(LESSONS)
def test_a_lesson_takes_the_minutes_that_its_title_tells(path):
    told = int(re.search(r"\*\*(\d+) minutes\.\*\*", prose(path))[1])
    # Slow readers read 120 words or 20 lines of code in a minute. The rest is thinking, trying and waiting.
    reading = words(cells(path, "markdown")) / 120 + sum(map(lines, cells(path, "code"))) / 20
    assert reading <= told <= 5 * reading


@each(LESSONS)
def test_prose_stands_between_code(path):
    kinds = "".join("c" if cell.cell_type == "code" else "m" for cell in cells(path))
    assert "ccc" not in kinds


@each(LESSONS)
def test_a_lesson_begins_with_one_sentence_of_promise_and_its_minutes(path):
    title = rf"# {path.name[:2]}\. \w.+\n\nIn this lesson you [^.?!\n]+\. \*\*\d+ minutes\.\*\*"
    assert re.fullmatch(title, cells(path)[0].source)


def test_the_readme_lists_each_lesson_with_its_title_and_minutes():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(.+)\]\((.+)\) \| (\d+) \|", readme, re.MULTILINE)
    lessons = []
    for path in LESSONS:
        title, minutes = re.match(r"# (.+)\n\n.+\*\*(\d+) minutes", prose(path)).groups()
        lessons.append((title, path.relative_to(ROOT).as_posix(), minutes))
    assert rows == lessons


@each(SOLUTIONS)
def test_a_lesson_tells_the_minutes_and_points_of_its_exercise(path):
    told = re.search(r"\*\*(\d+ minutes, \d+ points\.)\*\*", prose(path))[1]
    exercise = path.relative_to(ROOT / "solutions").as_posix()
    assert f"](../exercises/{exercise}): {told}" in prose(ROOT / "notebooks" / path.name)


@each(LESSONS)
def test_a_lesson_has_all_its_parts(path):
    text = prose(path)
    parts = ["**What you'll learn**", "**What you'll need.**", "## Checkpoint", "## Try it"]
    parts += ["## In practice", "## Recap", "**Exercise.**", "**Next.**", "**Further reading**"]
    positions = [text.find(part) for part in parts]
    assert -1 not in positions and positions == sorted(positions)
    # What the lesson does is told in its promise, not once more.
    assert "What you'll do" not in text
    assert any("raises-exception" in tags(cell) for cell in cells(path)), "no failure is shown"


@each(LESSONS)
def test_students_predict_every_few_cells(path):
    since = 0
    for cell in cells(path):
        since = 0 if "**Predict" in cell.source else since + 1
        # The parts at the end of a lesson have nothing to predict.
        if "## Checkpoint" in cell.source:
            break
        assert since <= 10, f"no prediction in the 10 cells before {cell.id}"


@each(LESSONS)
def test_a_prediction_is_a_paragraph_of_its_own_right_before_the_cell_that_reveals(path):
    for cell, following in pairwise(cells(path)):
        *others, last = cell.source.split("\n\n")
        assert not any("**Predict" in paragraph for paragraph in others), cell.id
        if "**Predict" in last:
            questions = re.sub(r"`[^`]+`", "code", last)
            assert re.fullmatch(r"\*\*Predict\.\*\*( [^.?!]+\?)+", questions), cell.id
            assert following.cell_type == "code", cell.id


def seen(cell) -> str:
    """What a run of a code cell shows, as text. Measured times are not compared."""
    if "nbval-ignore-output" in tags(cell):
        return ""
    texts = [
        output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    # A stream may come in pieces.
    return "".join(texts)


@each(LESSONS)
def test_running_again_shows_the_same(path):
    """Each cell twice in a row, and then all cells once more, in the same kernel."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources=resources)
    code = [
        (number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"
    ]
    saved = {cell.id: seen(cell) for _, cell in code}
    with client.setup_kernel(stderr=subprocess.DEVNULL):
        for number, cell in code:
            once, twice = (seen(client.execute_cell(cell, number)) for _ in range(2))
            assert twice == once, f"{cell.id}, run twice in a row"
        for number, cell in code:
            again = seen(client.execute_cell(cell, number))
            assert again == saved[cell.id], f"{cell.id}, after all cells have run"
