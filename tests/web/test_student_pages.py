from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.defaults import server_error

from exercises.models import Assignment, Extension, Placement
from grader.models import Grading, Submission
from grader.working.diagnosing import diagnose_all
from grader.working.drain import grade_all_due
from tests.people import CANARY, COUNTS_PROGRAM, EVERY_FORMAT, School, edition, key_in, line_of

RIGHT = {"q1": CANARY, "q2": []}


def page(school: School, user: str, path: str, status: int = 200, **headers: str) -> str:
    response = school.browser(getattr(school, user)).get(path, headers=headers)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_alice_signs_in_by_name_and_password_and_out_again(school: School) -> None:
    browser, password = Client(), school.password(school.alice)
    assert browser.get("/").headers["Location"] == "/sign-in/?next=/"
    wrong = browser.post("/sign-in/", {"username": "alice", "password": "something else"})
    assert "do not belong together" in wrong.content.decode()
    right = browser.post("/sign-in/?next=/courses/memory-101/", {"username": "alice", "password": password, "next": "/courses/memory-101/"})
    assert right.headers["Location"] == "/courses/memory-101/"
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert browser.get("/").status_code == 302


def test_signing_in_never_leads_to_another_site(school: School) -> None:
    form = {"username": "alice", "password": school.password(school.alice), "next": "https://evil.example/"}
    assert Client().post("/sign-in/", form).headers["Location"] == "/"


def test_alice_sees_her_courses_and_what_is_due_next(school: School) -> None:
    html = page(school, "alice", "/")
    assert "Memory 101" in html and "Next due" in html and "Elsewhere" not in html
    assert "Memory 101" not in page(school, "charlie", "/")


def test_somebody_without_a_course_is_told_what_to_do(school: School) -> None:
    school.alice.memberships.all().delete()
    assert "You are in no course yet." in page(school, "alice", "/")


def test_due_times_are_shown_in_the_zone_of_the_course(school: School) -> None:
    Assignment.objects.filter(pk=school.assignment.pk).update(due_at=datetime(2031, 7, 1, 21, 59, tzinfo=ZoneInfo("UTC")))
    html = page(school, "alice", "/courses/memory-101/")
    assert "Tue 1 Jul 2031, 23:59 CEST" in html and 'datetime="2031-07-01T21:59:00+00:00"' in html
    page(school, "charlie", "/courses/memory-101/", 404)


def test_an_extension_moves_the_time_that_alice_sees_and_no_one_elses(school: School) -> None:
    later = datetime(2031, 7, 2, 10, 0, tzinfo=ZoneInfo("UTC"))
    Extension.objects.create(assignment=school.assignment, user=school.alice, due_at=later)
    assert "2 Jul 2031, 12:00" in page(school, "alice", "/courses/memory-101/assignments/names/")
    assert "2 Jul 2031" not in page(school, "bob", "/courses/memory-101/assignments/names/")
    page(school, "charlie", "/courses/memory-101/assignments/names/", 404)


def test_an_assignment_that_has_not_opened_shows_its_time_and_none_of_its_exercises(school: School) -> None:
    Assignment.objects.filter(pk=school.assignment.pk).update(opens_at=timezone.now() + timedelta(days=1))
    assert "Opens in" in page(school, "alice", "/courses/memory-101/")
    html = page(school, "alice", "/courses/memory-101/assignments/names/")
    assert "Not open yet." in html and "A number and a name" not in html
    page(school, "alice", f"/exercises/{school.canary.pk}/", 404)
    assert "A number and a name" in page(school, "tara", "/courses/memory-101/assignments/names/")


def test_an_unpublished_assignment_does_not_exist_for_students(school: School) -> None:
    Assignment.objects.filter(pk=school.assignment.pk).update(published=False)
    assert "No assignments yet." in page(school, "alice", "/courses/memory-101/")
    page(school, "alice", "/courses/memory-101/assignments/names/", 404)
    assert "Not published" in page(school, "ivan", "/courses/memory-101/")


def test_the_exercise_page_has_each_question_at_its_line_with_the_numbers_of_the_file(school: School) -> None:
    html = page(school, "alice", f"/exercises/{school.canary.pk}/")
    line = line_of(school.canary, "q1")
    assert f'id="L{line}" class="asked"' in html
    row = html.split(f'id="L{line}"')[1].split('id="L')[0]
    assert f"What does line {line} print?" in row and "How sure are you?" in row
    assert "#?" not in html and "/// exercise" not in html
    assert "3 of 3 attempts left" in html
    page(school, "charlie", f"/exercises/{school.canary.pk}/", 404)


def test_alice_predicts_and_sees_which_answers_were_right_though_not_yet_why(school: School) -> None:
    browser = school.browser(school.alice)
    path = f"/exercises/{school.canary.pk}/"
    key = key_in(browser.get(path).content.decode())
    form = {**edition(school.canary), "key": key, "answer.q1": "42", "answer.q2": "-", "confidence.q1": "4", "confidence.q2": "1"}
    sent = browser.post(path, form)
    assert sent.status_code == 302
    submission = Submission.objects.get()
    assert sent.headers["Location"] == f"/submissions/{submission.pk}/"
    assert (submission.answers, submission.confidence) == ({"q1": "42", "q2": []}, {"q1": 4, "q2": 1})
    assert "They are being graded" in browser.get(sent.headers["Location"]).content.decode()
    school.graded(school.bob, RIGHT)
    html = browser.get(sent.headers["Location"]).content.decode()
    assert "1 of 2 questions right" in html and "2 attempts left" in html and "Try again" in html
    assert "You said" in html and CANARY not in html and "appear here after the due time" in html
    page(school, "bob", sent.headers["Location"], 404)
    page(school, "charlie", sent.headers["Location"], 404)


def test_with_the_last_attempt_used_alice_sees_the_right_answer_and_the_reason(school: School) -> None:
    Assignment.objects.update(reveal="after_attempts")
    for guess in ("1", "2"):
        assert "This uses one of" in page(school, "alice", f"/exercises/{school.canary.pk}/")
        school.graded(school.alice, {"q1": guess, "q2": []})
    assert "This uses your last attempt." in page(school, "alice", f"/exercises/{school.canary.pk}/")
    last = school.graded(school.alice, {"q1": "3", "q2": []})
    html = page(school, "alice", f"/submissions/{last.pk}/")
    assert CANARY in html and "Why" in html and "0 attempts left" in html and "Try again" not in html
    assert "No attempts left" in page(school, "alice", f"/exercises/{school.canary.pk}/")


def test_the_result_arrives_by_itself_with_growing_pauses_between_the_looks(school: School) -> None:
    submission = school.answer(school.alice, RIGHT)
    path = f"/submissions/{submission.pk}/"
    first = page(school, "alice", path)
    assert 'hx-trigger="load delay:120ms, again"' in first and f'hx-get="{path}?look=1"' in first
    assert "Look again now" in first, "without scripts a link does the same"
    part = page(school, "alice", f"{path}?look=5", HX_Request="true")
    assert "<html" not in part and "delay:1600ms" in part
    assert "takes longer than usual" in page(school, "alice", f"{path}?look=9999", HX_Request="true")
    assert "delay:10000ms" in page(school, "alice", f"{path}?look=9999", HX_Request="true")
    assert "delay:120ms" in page(school, "alice", f"{path}?look=-1;drop"), "nonsense is the first look"
    page(school, "charlie", path, 404)


def test_a_failure_of_ours_is_said_in_words_and_gives_the_attempt_back(school: School) -> None:
    submission = school.answer(school.alice, RIGHT)
    Grading.objects.update(state="failed_retryable", reason="The simulator was away.")
    assert "interrupted on our side" in page(school, "alice", f"/submissions/{submission.pk}/")
    Grading.objects.update(state="failed_permanent", reason="The simulator gave up on this exercise three times.")
    html = page(school, "alice", f"/submissions/{submission.pk}/")
    assert "it is not your fault" in html and "gave up on this exercise three times" in html
    page(school, "charlie", f"/submissions/{submission.pk}/", 404)


def test_an_unanswered_question_is_pointed_out_beside_it_and_costs_nothing(school: School) -> None:
    browser = school.browser(school.alice)
    path = f"/exercises/{school.canary.pk}/"
    key = key_in(browser.get(path).content.decode())
    response = browser.post(path, {**edition(school.canary), "key": key, "answer.q1": "  ", "answer.q2": "a", "confidence.q2": "3"})
    html = response.content.decode()
    assert response.status_code == 422 and Submission.objects.count() == 0
    assert 'aria-describedby="error-q1"' in html and "Type what the line prints" in html
    assert 'value="a" checked' in html and key_in(html) == key, "what was filled in is still there"
    browser.logout()
    assert browser.post(path, {}).headers["Location"].startswith("/sign-in/")
    assert school.browser(school.charlie).post(path, {"answer.q1": "1", "answer.q2": "-"}).status_code == 404


def test_a_character_that_no_database_stores_is_pointed_out(school: School) -> None:
    path = f"/exercises/{school.canary.pk}/"
    response = school.browser(school.alice).post(path, {**edition(school.canary), "key": "\x00", "answer.q1": "a\x00b", "answer.q2": "-"})
    assert response.status_code == 422 and "cannot be stored" in response.content.decode()
    assert school.browser(school.charlie).post(path, {"answer.q1": "a\x00b"}).status_code == 404


def test_a_double_click_is_one_submission_and_one_attempt(school: School) -> None:
    browser = school.browser(school.alice)
    path = f"/exercises/{school.canary.pk}/"
    form = {**edition(school.canary), "key": key_in(browser.get(path).content.decode()), "answer.q1": "1", "answer.q2": "-"}
    assert browser.post(path, form).headers["Location"] == browser.post(path, form).headers["Location"]
    assert "2 of 3 attempts left" in browser.get(path).content.decode()


def test_the_same_answers_again_cost_nothing_and_say_so(school: School) -> None:
    browser = school.browser(school.alice)
    path = f"/exercises/{school.canary.pk}/"
    for _ in range(2):
        form = {**edition(school.canary), "key": key_in(browser.get(path).content.decode()), "answer.q1": "1", "answer.q2": "-"}
        html = browser.post(path, form, follow=True).content.decode()
    assert "no attempt was used" in html and Submission.objects.count() == 1


def test_after_the_due_time_nothing_is_accepted_and_the_page_says_so(school: School) -> None:
    school.close()
    browser = school.browser(school.alice)
    path = f"/exercises/{school.canary.pk}/"
    assert "takes no more answers" in browser.get(path).content.decode()
    response = browser.post(path, {**edition(school.canary), "key": "key-of-alice", "answer.q1": "1", "answer.q2": "-"})
    assert response.status_code == 409 and "Ask your instructor for an extension" in response.content.decode()
    assert Submission.objects.count() == 0


def test_what_cannot_be_sent_any_more_cannot_be_filled_in(school: School) -> None:
    path, disabled = f"/exercises/{school.canary.pk}/", "<fieldset disabled>"
    assert disabled not in page(school, "alice", path)
    Placement.objects.update(max_attempts=1)
    school.graded(school.alice, {"q1": "1", "q2": []})
    assert disabled in page(school, "alice", path), "no attempts left"
    assert disabled not in page(school, "bob", path)
    school.close()
    assert disabled in page(school, "bob", path), "closed"
    assert disabled not in page(school, "tara", path), "the staff try it out"


def test_the_wrong_models_arrive_by_themselves_and_then_the_page_asks_no_more(school: School) -> None:
    Assignment.objects.update(reveal_model="at_once")
    submission = school.answer(school.alice, {"q1": "2", "q2": 2}, school.place("Counting", COUNTS_PROGRAM))
    grade_all_due()
    path = f"/submissions/{submission.pk}/"
    (look,) = re.findall(r'hx-get="([^"]*models=wanted[^"]*)"', page(school, "alice", path))
    browser, address = school.browser(school.alice), look.replace("&amp;", "&")
    waiting = browser.get(address, headers={"HX-Request": "true"})
    html = waiting.content.decode()
    assert "still being looked for" in html and "models=wanted&amp;look=2" in html and "<section" not in html
    assert "HX-Retarget" not in waiting.headers
    diagnose_all()
    found = browser.get(address, headers={"HX-Request": "true"})
    html = found.content.decode()
    assert found.headers["HX-Retarget"] == "#result" and html.strip().startswith('<div id="result"')
    assert 'class="card idea' in html and "hx-get" not in html


def test_the_title_of_the_page_is_the_same_however_the_verdict_comes(school: School) -> None:
    Placement.objects.update(points=1)
    path = f"/submissions/{school.answer(school.alice, {'q1': '42', 'q2': []}).pk}/"
    assert "<title>Being graded · A number and a name · Heaplab</title>" in page(school, "alice", path)
    school.grade()
    title = "0.5 of 1 point · A number and a name · Heaplab"
    assert f"<title>{title}</title>" in page(school, "alice", path)
    assert f'data-arrived="{title}"' in page(school, "alice", path, HX_Request="true")


def test_staff_look_at_exercises_and_cannot_hand_in(school: School) -> None:
    path = f"/exercises/{school.canary.pk}/"
    assert "Only students of the course can submit" in page(school, "ivan", path)
    assert school.browser(school.ivan).post(path, {"key": "key-of-alice", "answer.q1": "1", "answer.q2": "-"}).status_code == 404


def test_every_kind_of_question_can_be_answered_on_the_page(school: School) -> None:
    placement = school.place("Every kind", EVERY_FORMAT)
    browser = school.browser(school.alice)
    path = f"/exercises/{placement.pk}/"
    form: dict[str, object] = {**edition(placement), "key": key_in(browser.get(path).content.decode())}
    for question in placement.revision.spec["questions"]:
        name = f"answer.{question['id']}"
        options = [one["id"] for one in question["options"] or []]
        match question["input"]:
            case "text":
                form[name] = "a"
            case "number":
                form[name] = "2"
            case "choices":
                form[name] = options[:1]
            case "number_and_choices":
                form |= {f"{name}.found": "1", f"{name}.freed": "-"}
            case "order":
                form |= {f"{name}.{one}": str(place) for place, one in enumerate(options, start=1)}
            case "groups":
                form |= {f"{name}.{one}": "AABC"[place] for place, one in enumerate(options)}
    sent = browser.post(path, form)
    assert sent.status_code == 302, sent.content.decode()
    assert set(Submission.objects.get().answers) == {one["id"] for one in placement.revision.spec["questions"]}
    school.graded(school.bob, RIGHT)
    html = browser.get(sent.headers["Location"]).content.decode()
    assert f"of {len(placement.revision.spec['questions'])} questions right" in html


def test_what_alice_types_is_text_and_never_markup(school: School) -> None:
    placement = school.place("Markup", COUNTS_PROGRAM)
    nasty = '<script>alert("x")</script>'
    submission = school.graded(school.alice, {"q1": nasty, "q2": 1}, placement)
    html = page(school, "alice", f"/submissions/{submission.pk}/")
    assert nasty not in html and "&lt;script&gt;" in html


def test_pages_say_how_they_may_be_used(school: School) -> None:
    response = school.browser(school.alice).get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert response.headers["X-Frame-Options"] == "DENY" and response.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/", f"/exercises/{school.canary.pk}/", "/courses/memory-101/assignments/names/"):
        html = page(school, "alice", path)
        assert "style=" not in html and " onclick" not in html and "<style" not in html
        assert all("src=" in tag for tag in html.split("<script")[1:])
        assert 'href="#main"' in html and 'lang="en"' in html


def test_a_page_that_does_not_exist_says_so_kindly(school: School) -> None:
    assert "There is nothing here" in page(school, "alice", "/nowhere/", 404)


def test_a_page_that_was_open_for_too_long_says_how_to_go_on(school: School) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(school.alice)
    response = browser.post(f"/exercises/{school.canary.pk}/", {"answer.q1": "1"})
    assert response.status_code == 403 and "reload the page, and send it again" in response.content.decode()


def test_a_fault_of_ours_is_a_page_in_plain_words_that_needs_nothing_of_what_failed() -> None:
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500 and "Nothing you sent was at fault" in response.content.decode()


def test_the_list_of_exercises_costs_the_same_queries_however_long_it_is(school: School) -> None:
    def queries(path: str) -> int:
        page(school, "alice", path)
        with CaptureQueriesContext(connection) as counted:
            page(school, "alice", path)
        return len(counted)

    paths = ("/", "/courses/memory-101/", "/courses/memory-101/assignments/names/")
    school.answer(school.alice, RIGHT)
    before = [queries(path) for path in paths]
    for number in range(4):
        school.answer(school.alice, {"q1": "1", "q2": 1}, school.place(f"Another {number}", COUNTS_PROGRAM))
        Assignment.objects.create(
            course=school.course, slug=f"more-{number}", title=f"More {number}", published=True, due_at=timezone.now()
        )
    assert [queries(path) for path in paths] == before
