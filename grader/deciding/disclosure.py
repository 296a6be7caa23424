"""What of a result its reader may see. What says what is right never leaves the server for somebody who may still answer.

Each assignment has a table: the score, which answers are right, the wrong model behind an answer, the right answers and why; and the
moment of each. The refutation of a wrong model says how it really is, so the model is held as the right answers are, unless an
assignment shows it at once on purpose. Only attempts that are graded count as used: one that is given back may be used again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from exercises.clock import database_now
from exercises.courses.revealing import last_ends, placements_anywhere
from exercises.courses.windows import Window, windows
from exercises.models import Assignment, Membership, Placement
from grader.marking.evidence import Disclosed
from grader.models import Result, that_count

Case = tuple[int, int]  # student id, placement id
Reveal = Assignment.Reveal


def disclosures(
    cases: Iterable[tuple[int, Placement]], now: datetime | None = None, *, without: Assignment | None = None
) -> dict[Case, Disclosed]:
    """For students and placements (with their assignments and courses): what each student may see of their results there; or would,
    if there were not that one assignment.

    At most eight queries, however many they are.
    """
    listed = {(student, placement.pk): placement for student, placement in cases}
    if not listed:
        return {}
    now = now or database_now()
    found = windows((placement.assignment, student) for (student, _), placement in listed.items())
    used = graded_attempts(listed)
    moments = {
        (student, pk): Moment(placement.assignment, found[placement.assignment_id, student], spent(placement, found, used, student), now)
        for (student, pk), placement in listed.items()
    }
    # Only those for whom something that is held has its moment are looked at more closely.
    holders = Holders({case: listed[case] for case, moment in moments.items() if moment.asks_for_truth}, now, without)
    return {case: moment.disclosed(holders.hold(case, moment)) for case, moment in moments.items()}


def spent(placement: Placement, found: dict[tuple[int, int], Window], used: Counter[Case], student: int) -> bool:
    allowed = found[placement.assignment_id, student].attempts(placement.max_attempts)
    return 0 < allowed <= used[student, placement.pk]


def scores_shown(student: int, placements: Iterable[Placement], found: dict[int, Window], now: datetime) -> set[int]:
    """Those of the placements whose score the student may see, with the windows of their assignments: one query at most."""
    listed = list(placements)
    asked = {(student, one.pk) for one in listed if one.assignment.reveal_score == Reveal.AFTER_ATTEMPTS}
    used = graded_attempts(asked)
    windows_by_case = {(assignment, student): window for assignment, window in found.items()}
    return {
        one.pk
        for one in listed
        if Moment(one.assignment, found[one.assignment_id], spent(one, windows_by_case, used, student), now).has_come(
            one.assignment.reveal_score
        )
    }


class Moment:
    """Which rows of the table have come for one student at one placement, whatever others may still do."""

    def __init__(self, assignment: Assignment, window: Window, is_spent: bool, now: datetime) -> None:
        self.assignment, self.window, self.is_spent, self.now = assignment, window, is_spent, now

    def has_come(self, when: str) -> bool:
        match when:
            case Reveal.AT_ONCE:
                return True
            case Reveal.AFTER_ATTEMPTS:
                return self.is_spent or self.window.is_over(self.now)
            case Reveal.AFTER_DUE:
                return self.window.is_over(self.now)
            case Reveal.ON_DATE:
                return self.assignment.reveal_at is not None and self.now >= self.assignment.reveal_at
            case _:
                return False

    @property
    def asks_for_truth(self) -> bool:
        model = self.assignment.reveal_model
        return self.has_come(self.assignment.reveal) or (model != Reveal.AT_ONCE and self.has_come(model))

    def waits_for_all(self, when: str) -> bool:
        """Only whose attempts are used is shown it before the others are done, and only where the assignment says "after attempts"."""
        return self.assignment.reveal_together and not (when == Reveal.AFTER_ATTEMPTS and self.is_spent)

    def disclosed(self, held: Held) -> Disclosed:
        score = self.has_come(self.assignment.reveal_score)
        which = score and self.has_come(self.assignment.reveal_which)

        def says_what_is_right(when: str) -> bool:
            return self.has_come(when) and not held.for_themselves and not (held.for_others and self.waits_for_all(when))

        model, truth = self.assignment.reveal_model, self.assignment.reveal
        return Disclosed(
            score=score,
            which=which,
            model=which and (model == Reveal.AT_ONCE or says_what_is_right(model)),
            truth=which and says_what_is_right(truth),
        )


class Held:
    def __init__(self, for_themselves: bool, for_others: bool) -> None:
        self.for_themselves, self.for_others = for_themselves, for_others


class Holders:
    """Who may still answer an exercise: the student, here or at any other placement of it; and anybody else, anywhere."""

    def __init__(self, cases: dict[Case, Placement], now: datetime, without: Assignment | None) -> None:
        self.cases, self.now = cases, now
        self.places: dict[int, list[Placement]] = {}
        if not cases:
            return
        people = {student for student, _ in cases}
        anywhere = but_of(placements_anywhere(placement.exercise_id for placement in cases.values()), without)
        for place in anywhere:
            self.places.setdefault(place.exercise_id, []).append(place)
        self.ends = last_ends(anywhere)
        courses = {place.assignment.course_id for place in anywhere}
        studies = Membership.objects.current().filter(user__in=people, course__in=courses, role=Membership.Role.STUDENT)
        self.studies = set(studies.order_by().values_list("user_id", "course_id"))
        mine = {
            (student, place.pk): place
            for (student, _), placement in cases.items()
            for place in self.places.get(placement.exercise_id, ())
            if (student, place.assignment.course_id) in self.studies
        }
        self.windows = windows((place.assignment, student) for (student, _), place in mine.items())
        self.used = graded_attempts(mine)

    def hold(self, case: Case, moment: Moment) -> Held:
        placement = self.cases.get(case)
        if placement is None:
            return Held(True, True)  # nothing that is held has its moment yet
        student = case[0]
        for_themselves = any(self._may_answer(student, place) for place in self.places.get(placement.exercise_id, ()))
        end = self.ends.get(placement.exercise_id)
        return Held(for_themselves, end is not None and self.now <= end)

    def _may_answer(self, student: int, place: Placement) -> bool:
        if (student, place.assignment.course_id) not in self.studies:
            return False
        window = self.windows[place.assignment_id, student]
        return not window.is_over(self.now) and not spent(place, self.windows, self.used, student)


def who_sees_truths(assignment: Assignment) -> set[int]:
    """The ids of those who can see the right answers of any of its exercises now, wherever they answered it."""
    return {student for student, _ in truths_shown(placements_anywhere(assignment.placements.values_list("exercise_id", flat=True)))}


def seen_elsewhere(assignment: Assignment) -> dict[int, set[int]]:
    """By exercise of the assignment: the ids of those who could see its right answers by now through other assignments. This one is
    thought away: once it is published it holds them, but what was seen before has been seen.
    """
    exercises = assignment.placements.values_list("exercise_id", flat=True)
    seen: dict[int, set[int]] = {}
    for student, place in truths_shown(but_of(placements_anywhere(exercises), assignment), without=assignment):
        seen.setdefault(place.exercise_id, set()).add(student)
    return seen


def truths_shown(places: Iterable[Placement], *, without: Assignment | None = None) -> Iterator[tuple[int, Placement]]:
    """Who answered at these placements, and can see there what is right."""
    by_id = {one.pk: one for one in places}
    answered = Result.objects.filter(submission__placement__in=by_id).order_by()
    cases = set(answered.values_list("submission__student_id", "submission__placement_id"))
    shown = disclosures(((student, by_id[placement]) for student, placement in cases), without=without)
    return ((student, by_id[placement]) for (student, placement), one in shown.items() if one.truth)


def but_of(places: Iterable[Placement], assignment: Assignment | None) -> list[Placement]:
    return [one for one in places if assignment is None or one.assignment_id != assignment.pk]


def graded_attempts(cases: Collection[Case]) -> Counter[Case]:
    """How many attempts of each have a result that counts."""
    if not cases:
        return Counter()
    students, placements = {one for one, _ in cases}, {one for _, one in cases}
    found = that_count(Result.objects.filter(submission__student__in=students, submission__placement__in=placements))
    return Counter(found.values_list("submission__student_id", "submission__placement_id"))
