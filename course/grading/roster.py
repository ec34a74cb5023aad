"""Who takes part: roster.csv in the folder of the course, or none."""

from pathlib import Path

from course.grading.tables import read_csv
from course.problem import Problem

# The columns of student and name: ours, those of Canvas's exported gradebook, those of Moodle's grading worksheet.
COLUMNS = [("student", "name"), ("id", "student"), ("identifier", "full name")]


def read_roster(root: Path) -> dict[str, str]:
    """The names of those who take part, by student; empty if there is no roster.

    Raises:
        Problem: roster.csv does not have the columns of any roster.
    """
    header, *rows = read_csv(root / "roster.csv") or [[]]
    titles = [title.strip().lower() for title in header]
    columns = next((pair for pair in COLUMNS if set(pair) <= set(titles)), None)
    if columns is None:
        if rows:
            raise Problem(f"{root / 'roster.csv'} must begin with the line: student,name")
        return {}
    facts = [dict(zip(titles, row, strict=False)) for row in rows]
    student, name = columns
    return {
        row[student].removeprefix("Participant ").strip(): row.get(name, "").strip()
        for row in facts
        if row.get(student, "").strip()
    }
