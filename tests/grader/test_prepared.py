"""A prepared query asks exactly what the query asks that it was made from."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from exercises.models import User
from grader.deciding.access import placement_of, placements_of, student_of
from grader.prepared import Prepared
from tests.grader.school import School


def test_each_asks_for_its_own_row_with_all_that_belongs_to_it(school: School, django_assert_num_queries) -> None:
    for _ in range(2):
        for who in (school.alice, school.bob):
            assert student_of(school.course, who.username) == who
        assert student_of(school.course, "ivan") is None
        assert student_of(school.course, "%s' OR 1=1 --") is None
    with django_assert_num_queries(1):
        found = placement_of(school.course, school.placement.pk)
        assert found is not None
        assert found.assignment.course.term == "2026-autumn"
        assert found.revision.spec == school.placement.revision.spec
        assert found.points == 4
    assert found == placements_of(school.course).get()
    assert placement_of(school.charlie.memberships.get().course, school.placement.pk) is None
    assert placement_of(school.course, 2**70) is None


def test_threads_use_their_own_connections(open_to_all: School) -> None:
    seen: list[User | None] = []

    def look() -> None:
        for _ in range(20):
            seen.append(student_of(open_to_all.course, "alice"))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [open_to_all.alice] * 80


def test_a_value_the_query_ignores_is_a_mistake_of_ours(db: None) -> None:
    with pytest.raises(TypeError, match="username"):
        Prepared(lambda pk, username: User.objects.filter(pk=pk), pk=int, username=str).first(pk=1, username="alice")
