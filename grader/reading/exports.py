"""Tables that leave Heaplab as files."""

from __future__ import annotations

from collections.abc import Iterator

from grader.reading.staff import Gradebook


def gradebook_rows(book: Gradebook) -> Iterator[list[str]]:
    head = ["user name", "last name", "first name", "e-mail", "total", f"of {book.max_points}"]
    for placement in book.columns:
        name = f"{placement.assignment.title}: {placement.exercise.title}"
        head += [f"{name} (best of {placement.points})", f"{name} (first)", f"{name} (attempts)"]
    yield [harmless(one) for one in head]
    for row in book.rows:
        student = row.student
        cells = [student.username, student.last_name, student.first_name, student.email]
        figures = [str(row.total), str(book.max_points)]
        for cell in row.cells:
            held = cell.standing
            figures += [
                str(one) if held and one is not None else ""
                for one in (held and held.best_points, held and held.first_points, held and held.attempts)
            ]
        yield [harmless(one) for one in cells] + figures


def harmless(text: str) -> str:
    """A spreadsheet runs what begins like a formula. A leading apostrophe makes it text (ASVS 1.2.10)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text
