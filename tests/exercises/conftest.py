from __future__ import annotations

from pathlib import Path

import pytest

from tests.exercises.people import People, people

HEAD = """\
# /// exercise
# title = "A list and its names"
# topic = "reference counting"
# python = ["3.12", "3.13"]
# ///
"""


@pytest.fixture
def school(db: None) -> People:
    return people()


class Desk:
    """Where Ines writes her exercises: a folder of files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, program: str, name: str = "a_list.py", head: str = HEAD) -> Path:
        path = self.folder / name
        path.write_text(head + program)
        return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
