"""What the answers say about the idea behind them: one sentence for a student, numbers of students for those who teach."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Assignment, Placement, User
from grader.models import AuditEvent, Diagnosis, Grading, Result, Standing, Submission
from grader.templatetags.heaplab import ticked
from grader.version import GRADER_VERSION
from grader.working.diagnosing import diagnose_all
from grader.working.warming import Warming
from tests.api.client import program
from tests.people import COUNTS_PROGRAM, School, exercise, person

LEAVING = """\
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


kept = []


def work():
    local = Noisy("local")
    stored = Noisy("stored")
    result = Noisy("result")
    kept.append(stored)
    return result


got = work()  #? dies local stored result id=q1
kept.clear()  #? dies local stored result id=q2
got = None  #? dies local stored result id=q3
"""
GONE_WITH_THE_FUNCTION = {"q1": ["local", "result", "stored"], "q2": [], "q3": []}
COPIES = """\
a = [1]
b = a
b.append(2)
print(a)  #? prints id=q1
c = b
print(c is b)  #? prints id=q2
print(len(a) + len(b))  #? prints id=q3
"""

IN_PLACE = """\
a = [1]
b = a
b += [2]
print(a)  #? prints id=q1
print(len(a))  #? prints id=q2
"""
ONLY_B = {"q1": "[1]", "q2": "1"}
SAME = """\
a = [1]
b = a
print(b is a)  #? prints id=q1
"""
CONSTANTS = """\
def number():
    return 5000


a = 5000
b = number()  #? same a b id=q1
p = (1, "two words")
q = (1, "two words")
print(p is q)  #? prints id=q2
print(number() is a)  #? prints id=q3
"""


def shown_at_once(school: School) -> None:
    """The model at once, the truth when all attempts are used."""
    Assignment.objects.filter(pk=school.assignment.pk).update(reveal_model="at_once", reveal="after_attempts", reveal_together=False)


def work_ahead() -> None:
    """What an idle worker does."""
    warming = Warming()
    while warming.step():
        pass


def verdict(school: School, submission: Submission, who: str = "alice") -> str:
    response = school.browser(getattr(school, who)).get(f"/submissions/{submission.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    """As it is read: without markup."""
    spaced = re.sub(r"</(p|dt|dd|h2|h3|summary|blockquote)>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", spaced)).split())


def idea(html: str) -> str:
    assert html.count('<section class="card idea') == 1
    return words(html.split('<section class="card idea')[1].split("</section>")[0].partition(">")[2])


def test_alice_is_told_the_one_idea_that_her_answers_fit(school: School) -> None:
    placement = school.place("Leaving a function", LEAVING, max_attempts=2)
    shown_at_once(school)
    first = school.graded(school.alice, GONE_WITH_THE_FUNCTION, placement)
    html = verdict(school, first)
    told = idea(html)
    assert "Your answers fit one idea What a function made is gone when the function ends." in told
    assert "It explains all 3 of your wrong answers: questions 1, 2 and 3." in told and "How it is: The function's names end" in told
    assert html.count('<ul class="ideas"') == 3, "a chip at each question"
    assert "Show me" not in html and "On line 25" not in html, "where the two part says what is right: she may still answer"
    school.close()
    told = idea(verdict(school, first))
    assert (
        "Show me: line 25 On line 25, in CPython got is bound to the Noisy result As you may have thought __del__ of the Noisy stored runs"
        in told
    )


def test_what_alice_got_right_speaks_against_an_idea(school: School) -> None:
    """The object waits for the collector, says one answer; two right ones say that it does not."""
    placement = school.place("Leaving a function", LEAVING)
    shown_at_once(school)
    submission = school.graded(school.alice, {"q1": ["local"], "q2": ["stored"], "q3": []}, placement)
    html = verdict(school, submission)
    assert "it waits until the garbage collector comes round" not in html
    assert "would have" not in html and '<ul class="ideas"' not in html


def test_an_idea_is_named_by_more_than_one_submission(school: School) -> None:
    shown_at_once(school)
    counts = school.place("Leaving a function", LEAVING)
    first = school.graded(school.alice, GONE_WITH_THE_FUNCTION, counts)
    second = school.graded(school.alice, {"q1": "[1]", "q2": "False", "q3": "3"}, school.place("Copies", COPIES))
    assert Diagnosis.objects.get(result__submission=second).rests_on == [
        Diagnosis.objects.get(result__submission=one).pk for one in (second, first)
    ]
    told = idea(verdict(school, second))
    assert "b = a makes b a copy of a." in told and "What a function made" not in told, "of the two only what shows here"


def test_how_an_answer_is_spaced_says_nothing_about_the_idea_behind_it(school: School) -> None:
    shown_at_once(school)
    school.graded(school.alice, GONE_WITH_THE_FUNCTION, school.place("Leaving a function", LEAVING))
    spaced = school.graded(school.alice, {"q1": "[ 1 ]", "q2": " False", "q3": "3"}, school.place("Copies", COPIES))
    assert "b = a makes b a copy of a." in idea(verdict(school, spaced))


def test_what_an_idea_leaves_unexplained_is_not_put_down_to_it(school: School) -> None:
    shown_at_once(school)
    school.graded(school.alice, GONE_WITH_THE_FUNCTION, school.place("Leaving a function", LEAVING))
    again = school.place("Leaving once more", LEAVING.replace("work", "toil"))
    submission = school.graded(school.alice, {**GONE_WITH_THE_FUNCTION, "q2": ["local"]}, again)
    html = verdict(school, submission)
    told = idea(html)
    assert told.startswith("Some of your answers fit one idea What a function made is gone when the function ends.")
    assert "It explains 2 of your 3 wrong answers: questions 1 and 3. Whoever holds it would have answered question 2 otherwise." in told
    assert html.count('<ul class="ideas"') == 2


def test_two_ideas_that_nothing_tells_apart_come_with_the_question_that_does(school: School) -> None:
    shown_at_once(school)
    later = Assignment.objects.create(course=school.course, slug="later", title="Later", published=False, position=2)
    telling = school.place("Same object", SAME)
    Placement.objects.filter(pk=telling.pk).update(assignment=later)
    placement = school.place("Adding in place", IN_PLACE)
    submission = school.graded(school.alice, ONLY_B, placement)
    html = verdict(school, submission)
    told = idea(html)
    assert told.startswith("Your answers fit two ideas, and nothing so far tells which")
    assert "b = a makes b a copy of a." in told and "b += [2] is the same as b = b + [2]." in told
    assert "Which of these" not in told, "the exercise that would tell is not published"
    Assignment.objects.filter(pk=later.pk).update(published=True)
    work_ahead()
    told = idea(html := verdict(school, submission))
    assert "Which of these would you say? Question 1 of “Same object” tells them apart. Answer it" in told
    assert f'href="/exercises/{telling.pk}/#question-q1"' in html
    to_ivan = idea(verdict(school, submission, "ivan"))
    assert "Which of these" not in to_ivan, "it is asked of Alice"
    assert to_ivan.startswith("These answers fit two ideas") and "your" not in to_ivan
    after = school.graded(school.alice, {"q1": "True"}, telling)
    assert '<section class="card idea' not in verdict(school, after), "nothing was wrong there"
    weights = Diagnosis.objects.get(result__submission=after).weights
    assert weights["augment-rebinds"] > 3 * weights.get("assign-copies", 0), "now it is told"


def test_what_classmates_think_is_never_said_of_alice(school: School) -> None:
    shown_at_once(school)
    copies, in_place = school.place("Copies", COPIES), school.place("Adding in place", IN_PLACE)
    for number in range(5):
        school.answer(person(f"Student{number}", school.course, "student"), {"q1": "[1]", "q2": "False", "q3": "3"}, copies)
    school.grade()
    submission = school.graded(school.alice, ONLY_B, in_place)
    found = Diagnosis.objects.get(result__submission=submission)
    assert found.weights["assign-copies"] > 2 * found.weights.get("augment-rebinds", 0), "with so many in her class it is likelier"
    assert idea(verdict(school, submission)).startswith("Your answers fit two ideas, and nothing so far tells which")


def test_where_no_idea_that_is_known_gives_an_answer_that_is_said(school: School) -> None:
    placement = school.place("Two names", COUNTS_PROGRAM)
    shown_at_once(school)
    slip = idea(verdict(school, school.graded(school.alice, {"q1": "77", "q2": 2}, placement)))
    assert slip.startswith("This looks like a slip")
    two = verdict(school, school.graded(school.bob, {"q1": "77", "q2": 99}, placement), "bob")
    assert "No idea that we know gives these answers" in idea(two) and '<ul class="ideas"' not in two


def test_an_idea_that_gives_these_answers_but_is_not_named_is_neither_denied_nor_made_several(school: School) -> None:
    shown_at_once(school)
    one = school.graded(school.bob, {"q1": "[1]", "q2": "True", "q3": "9"}, school.place("Copies", COPIES))
    assert list(Diagnosis.objects.get(result__submission=one).explains) == ["assign-copies"]
    told = idea(verdict(school, one, "bob"))
    assert told.startswith("What is behind these answers cannot be told yet One idea that we know gives some or all of them, but it may")
    school.graded(school.alice, {"q1": "77", "q2": 99}, school.place("Two names", COUNTS_PROGRAM))
    for turn in range(2):
        strange = COPIES.replace("[1]", f"[{turn}]")
        school.graded(school.alice, {"q1": "77", "q2": "perhaps", "q3": "99"}, school.place(f"Strange {turn}", strange))
    last = school.graded(school.alice, GONE_WITH_THE_FUNCTION, school.place("Leaving a function", LEAVING))
    found = Diagnosis.objects.get(result__submission=last)
    assert (found.idea, found.explains["scope-frees"]) == ("other", ["q1", "q2", "q3"])
    told = idea(verdict(school, last))
    assert told.startswith(
        "No idea that we know fits all of your answers so far One idea that we know gives some or all of them, but not all"
    )


def test_whoever_takes_constants_for_new_objects_is_told_of_constants_and_not_of_small_numbers_alone(school: School) -> None:
    shown_at_once(school)
    constants = school.place("Constants", CONSTANTS)
    told = idea(verdict(school, school.graded(school.alice, {"q1": [["a"], ["b"]], "q2": "False", "q3": "False"}, constants)))
    assert "Each time a value is written or computed, that makes a new object. It explains all 3 of your wrong answers" in told
    assert "equal constants of one file are one object" in told


def test_nothing_is_said_of_an_idea_before_its_moment_on_no_page_and_to_no_program(school: School) -> None:
    placement = school.place("Leaving a function", LEAVING)
    submission = school.graded(school.alice, GONE_WITH_THE_FUNCTION, placement)
    html = verdict(school, submission)
    assert "What a function made" not in html and 'class="card idea' not in html
    api = program(school)
    assert "diagnosis" not in api.get(f"submissions/{submission.pk}/").body["result"]
    school.close()
    assert "What a function made" in verdict(school, submission)
    told = api.get(f"submissions/{submission.pk}/").body["result"]["diagnosis"]
    assert told["kind"] == "one" and told["ideas"][0]["id"] == "scope-frees" and told["ideas"][0]["weight"] > 0.7
    assert told["ideas"][0]["explains"] == ["q1", "q2", "q3"]
    right = school.browser(school.ivan).get(f"/submissions/{submission.pk}/").content.decode()
    assert "Show me: line 25" in words(right)


def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup(school: School) -> None:
    assert ticked("`del` <b> removes `a`") == "<code>del</code> &lt;b&gt; removes <code>a</code>"
    assert ticked("one ` alone") == "one ` alone"


# ------------------------------------------------------------------------------------------------ those who teach


def staff_page(school: School, path: str, who: str = "ivan", status: int = 200) -> str:
    response = school.browser(getattr(school, who)).get(path)
    assert response.status_code == status
    return response.content.decode()


def test_ivan_sees_how_many_are_thought_to_hold_an_idea_and_who(school: School) -> None:
    placement = school.place("Leaving a function", LEAVING)
    mine = school.graded(school.alice, GONE_WITH_THE_FUNCTION, placement)
    school.graded(school.bob, {"q1": ["local"], "q2": ["stored"], "q3": ["result"]}, placement)
    html = staff_page(school, f"/placements/{placement.pk}/analysis/")
    held = words(html.split('<table class="bars held">')[1].split("</table>")[0])
    (number,) = re.findall(r"What a function made is gone when the function ends\. ([\d.]+) \(", held)
    assert 0.7 < float(number) <= 1, "Alice, and not Bob"
    assert "waits until the garbage collector" not in held, "who could be meant by one answer alone is not counted"
    assert "Of 2 students who answered, how many are thought to hold each idea" in words(html)
    path = f"/courses/memory-101/ideas/scope-frees/?placement={placement.pk}"
    assert f'href="{path}"' in html
    for who in ("ivan", "tara"):
        behind = staff_page(school, path, who)
        assert f'href="/submissions/{mine.pk}/"' in behind and "Alice Example" in behind and "Bob Example" not in behind
    staff_page(school, path, "bob", 404)
    assert "What a function made" in staff_page(school, "/courses/memory-101/ideas/")
    assert "What a function made" in staff_page(school, "/courses/memory-101/ideas/?assignment=names")
    assert "Nobody is thought to hold it" in staff_page(school, "/courses/memory-101/ideas/cycle-never/")
    staff_page(school, "/courses/memory-101/ideas/no-such-idea/", status=404)
    staff_page(school, "/courses/memory-101/ideas/?assignment=elsewhere", status=404)
    staff_page(school, "/courses/memory-101/ideas/?placement=%00", status=404)
    assert school.alice.memberships.update(left_at=timezone.now())
    assert "What a function made" not in staff_page(school, "/courses/memory-101/ideas/"), "who has left is no part of the class"


def test_whoever_answers_rightly_later_is_counted_less(school: School) -> None:
    def number() -> float:
        held = re.findall(r"What a function made is gone when the function ends\. ([\d.]+) \(", words(staff_page(school, path)))
        return float(held[0]) if held else 0.0

    path = "/courses/memory-101/ideas/"
    placement = school.place("Leaving a function", LEAVING)
    school.graded(school.alice, GONE_WITH_THE_FUNCTION, placement)
    before = number()
    school.graded(school.alice, {"q1": ["local"], "q2": ["stored"], "q3": ["result"]}, placement)
    assert number() < before / 2


def test_a_question_that_tells_ideas_apart_is_added_and_taken_out_again(school: School) -> None:
    school.canary.delete()  # it would tell them apart, too
    placement = school.place("Adding in place", IN_PLACE)
    exercise("same-object", "Same object", SAME)
    school.graded(school.alice, ONLY_B, placement)
    work_ahead()
    html = staff_page(school, f"/placements/{placement.pk}/analysis/")
    assert "Not told here from: b += [2] is the same as b = b + [2]." in words(html)
    assert "Question 1 of “Same object” would tell them apart." in words(html)
    add = "/courses/memory-101/ideas/add/same-object/"
    assert f'href="{add}?assignment=names"' in html
    assert add not in staff_page(school, f"/placements/{placement.pk}/analysis/", "tara"), "assistants look"
    asked = staff_page(school, f"{add}?assignment=names")
    assert 'value="names" checked' in asked and "its students see the exercise at once" in asked
    assert school.assignment.placements.count() == 1, "looking sets nothing"
    browser = school.browser(school.ivan)
    assert browser.post(add, {"assignment": "nowhere"}).status_code == 422
    sent = browser.post(add, {"assignment": "names"}, follow=True)
    added = Placement.objects.get(exercise__slug="same-object")
    assert "stands in “Names and objects” now" in sent.content.decode() and (added.python, added.position) == ("3.13", 1)
    again = browser.post(add, {"assignment": "names"})
    assert again.status_code == 409 and "stands in “Names and objects” already" in again.content.decode()
    html = staff_page(school, f"/placements/{placement.pk}/analysis/")
    assert "It stands in Names and objects already." in words(html) and add not in html
    back = f"/courses/memory-101/ideas/added/{added.pk}/"
    assert "Take it out again" in staff_page(school, back)
    taken = browser.post(back, follow=True)
    assert "is taken out of “Names and objects” again" in taken.content.decode()
    assert not Placement.objects.filter(pk=added.pk).exists()
    events = AuditEvent.objects.filter(action__startswith="placement.").order_by("pk")
    assert [(one.action, one.actor, one.target) for one in events] == [
        ("placement.added", school.ivan, "same-object"),
        ("placement.removed", school.ivan, "same-object"),
    ]
    browser.post(add, {"assignment": "names"})
    added = Placement.objects.get(exercise__slug="same-object")
    school.graded(school.alice, {"q1": "True"}, added)
    back = f"/courses/memory-101/ideas/added/{added.pk}/"
    assert "Take it out again" not in staff_page(school, back)
    refused = browser.post(back)
    assert refused.status_code == 409 and "their work is kept" in refused.content.decode()


def in_an_earlier_week(school: School, student: User, answers: dict[str, Any], placement: Placement, days: int) -> None:
    """Handed in so many days ago."""
    made = Submission.objects.create(
        placement=placement,
        student=student,
        revision=placement.revision,
        course=school.course,
        attempt_no=1000 - days,
        answers=answers,
        answers_digest="of then",
        idempotency_key=f"key of {days} days ago",
        received_at=timezone.now() - timedelta(days=days),
        python="3.13",
        worth=2,
        channel="web",
        term=school.course.term,
    )
    Grading.objects.create(submission=made, grader_version=GRADER_VERSION, next_at=made.received_at)
    school.grade()


def test_ivan_follows_an_idea_over_the_weeks_in_numbers_and_in_a_drawing(school: School) -> None:
    placement = school.place("Leaving a function", LEAVING)
    in_an_earlier_week(school, school.alice, GONE_WITH_THE_FUNCTION, placement, 14)
    assert '<table class="weeks">' not in staff_page(school, "/courses/memory-101/ideas/"), "one week is no course of time"
    school.graded(school.bob, GONE_WITH_THE_FUNCTION, placement)
    html = staff_page(school, "/courses/memory-101/ideas/")
    table = html.split('<table class="weeks">')[1].split("</table>")[0]
    today = timezone.now().astimezone(school.course.zone()).date()
    mondays = [today - timedelta(days=today.weekday() + back) for back in (14, 0)]
    assert re.findall(r'scope="col">(\d+ \w+)<', table) == [f"{one.day} {one:%b}" for one in mondays]
    row = next(one for one in table.split("<tr>") if "What a function made" in one)
    assert [0.6 < float(one) <= 1 for one in re.findall(r'<td class="figure">([\d.]+)</td>', row)] == [True, True]
    assert row.count('class="fill"') == 2 and 'aria-hidden="true"' in row, "the numbers stand beside the drawing"


def test_the_page_of_ideas_costs_the_same_queries_for_two_students_and_for_twenty(school: School) -> None:
    def queries() -> int:
        staff_page(school, "/courses/memory-101/ideas/")
        with CaptureQueriesContext(connection) as counted:
            staff_page(school, "/courses/memory-101/ideas/")
        return len(counted)

    placement = school.place("Leaving a function", LEAVING)
    for user in (school.alice, school.bob):
        school.answer(user, GONE_WITH_THE_FUNCTION, placement)
    school.grade()
    before = queries()
    for number in range(20):
        school.answer(person(f"Student{number}", school.course, "student"), GONE_WITH_THE_FUNCTION, placement)
    school.grade()
    assert queries() == before


def test_what_was_diagnosed_is_found_again_and_no_grade_is_touched(school: School) -> None:
    placement = school.place("Leaving a function", LEAVING)
    submission = school.graded(school.alice, GONE_WITH_THE_FUNCTION, placement)
    before = Diagnosis.objects.get()
    Diagnosis.objects.update(weights={}, models=[], idea="open", explains={})
    results, standings = list(Result.objects.values()), list(Standing.objects.values())
    with pytest.raises(CommandError, match="There is no course “nowhere”"):
        call_command("diagnose_again", course="nowhere")
    call_command("diagnose_again", course="elsewhere")
    diagnose_all()
    assert Diagnosis.objects.get().idea == "open", "the other course has none"
    call_command("diagnose_again", course="memory-101")
    school.close()
    assert "still being looked for" not in verdict(school, submission), "what was found stands meanwhile"
    diagnose_all()
    after = Diagnosis.objects.get()
    assert (after.idea, after.models, after.explains) == (before.idea, before.models, before.explains)
    assert (list(Result.objects.values()), list(Standing.objects.values())) == (results, standings)
