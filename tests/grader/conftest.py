from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.accepting.submissions import GROUP, questions_by_id
from grader.marking.marking import KEYS
from grader.simulating.child import JOBS, SERVER
from grader.working.node import NODE
from tests.grader.school import School, open_school


@pytest.fixture(autouse=True)
def a_fresh_process() -> Iterator[None]:
    """What a process remembers belongs to one database; the tests use many."""
    KEYS.clear()
    questions_by_id.cache_clear()
    node = NODE.begin()
    node.stopping.clear()
    node.faults_in_a_row, node.resting_until, node.in_doubt = 0, 0.0, False
    yield
    SERVER.failpoints.clear()


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    yield
    SERVER.stop()
    JOBS.stop()


@pytest.fixture
def shared_commits() -> Iterator[None]:
    yield
    # Its thread keeps a connection, and nobody can drop a database that somebody is connected to.
    GROUP.stop()


@pytest.fixture
def school(db: None) -> School:
    return open_school()


@pytest.fixture
def open_to_all(transactional_db: None, shared_commits: None) -> School:
    """A school that other threads and processes see too."""
    return open_school()
