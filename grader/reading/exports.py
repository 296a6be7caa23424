"""Tables that leave Heaplab as files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from grader.points import NOTHING
from grader.reading.staff import Cell, Gradebook, Row

BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows UTF-8
WHO = ["user name", "last name", "first name", "e-mail", "student number", "section"]
# A cell begins at the start, and, where the reader's separator is another than ours, behind that one too. Full-width signs count.
FORMULA = re.compile(r"(^|[;|\t\r\n])(\s*)(?=[=+\-@＝＋－＠])")
A_NAME_AND_NO_CALL = re.compile(r"@\w[\w.]*")


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """As a spreadsheet opens it: with a mark that says UTF-8, every field in quotation marks."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow(row)


class Echo:
    """A file that hands back what is written, so that the csv module can stream."""

    def write(self, value: str) -> str:
        return value


def gradebook_rows(book: Gradebook) -> Iterator[list[str]]:
    head = [*WHO, "total", f"of {book.max_points}", "percent"]
    for placement in book.columns:
        counted = "" if placement.assignment_id in book.counted else ", not in the total"
        name = f"{placement.assignment.title}: {placement.exercise.title}"
        words = (f"best of {placement.points}{counted}", "percent", "first", "attempts", "state", "late", "late by")
        head += [f"{name} ({one})" for one in words]
    yield [harmless(one) for one in head]
    for row in book.rows:
        figures = [str(row.total), str(book.max_points), percent(row.total / book.max_points) if book.max_points > NOTHING else ""]
        yield [*who(row), *figures, *(figure for cell in row.cells for figure in figures_of(cell))]


def who(row: Row) -> list[str]:
    student, member = row.student, row.membership
    cells = [student.username, student.last_name, student.first_name, student.email]
    return [harmless(one) for one in (*cells, member.student_number if member else "", member.section if member else "")]


def figures_of(cell: Cell) -> list[str]:
    """Blank where nothing was handed in."""
    held = cell.standing
    if held is None or not cell.answered:
        return [""] * 7
    best, first = held.best_points, held.first_points
    return [
        "" if best is None else str(best),
        "" if held.best_fraction is None else percent(held.best_fraction),
        "" if first is None else str(first),
        str(held.attempts),
        cell.state,
        "" if best is None else "yes" if cell.late_by is not None else "no",
        length(cell.late_by),
    ]


def percent(fraction: object) -> str:
    return f"{100 * float(str(fraction)):.2f}"


def length(late: timedelta | None) -> str:
    """Hours and minutes, as spreadsheets read them."""
    if late is None:
        return ""
    minutes = int(late.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def harmless(text: str) -> str:
    """A spreadsheet runs what begins like a formula. An apostrophe before it makes it text (ASVS 1.2.10). What would not run stays as
    it is: a user name such as @bob is still the key to its row.
    """
    if A_NAME_AND_NO_CALL.fullmatch(text):
        return text
    marked = FORMULA.sub(r"\1\2'", text)
    return f"'{marked}" if marked[:1] in ("\t", "\r", "\n") else marked
