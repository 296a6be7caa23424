"""What the answers say about the idea behind them: one sentence for a student, numbers of students for those who teach."""

from __future__ import annotations

import re
from html import unescape

from exercises.models import Assignment, Placement
from grader.models import Diagnosis, Submission
from grader.templatetags.heaplab import ticked
from grader.working.warming import Warming
from tests.api.client import program
from tests.people import COUNTS_PROGRAM, School

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
    assert "Which of these" not in idea(verdict(school, submission, "ivan")), "it is asked of Alice"
    after = school.graded(school.alice, {"q1": "True"}, telling)
    assert '<section class="card idea' not in verdict(school, after), "nothing was wrong there"
    weights = Diagnosis.objects.get(result__submission=after).weights
    assert weights["augment-rebinds"] > 3 * weights.get("assign-copies", 0), "now it is told"


def test_where_no_idea_that_is_known_gives_an_answer_that_is_said(school: School) -> None:
    placement = school.place("Two names", COUNTS_PROGRAM)
    shown_at_once(school)
    slip = idea(verdict(school, school.graded(school.alice, {"q1": "77", "q2": 2}, placement)))
    assert slip.startswith("This looks like a slip")
    two = verdict(school, school.graded(school.bob, {"q1": "77", "q2": 99}, placement), "bob")
    assert "No idea that we know gives these answers" in idea(two) and '<ul class="ideas"' not in two


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
