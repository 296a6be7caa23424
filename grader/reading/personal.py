"""All that is stored about one person, as one JSON document: for themselves, or for whoever answers a request for it.

Somebody who reads about themselves is shown of their results what the pages show them by now, and no more. What is stored about others
(a colleague's student, the wording of their record) is in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.forms.models import model_to_dict

from exercises.clock import database_now
from exercises.models import Extension, Membership, Sitting, User
from exercises.reading.revision import program_of
from grader.deciding.access import seat_in
from grader.deciding.disclosure import disclosures
from grader.deciding.traces import events_of, sessions_of
from grader.marking.evidence import EVERYTHING, NOTHING, Disclosed, diagnosis_of, for_reader
from grader.models import AuditEvent, Credential, Diagnosis, Regrading, Response, Result, Standing, Submission
from grader.reading.progress import Progress, progress_of_all

Document = dict[str, Any]
FORMAT = "heaplab person 1"


def stored_about(person: User, *, for_themselves: bool) -> Document:
    submissions = list(
        Submission.objects.filter(student=person)
        .select_related("placement__assignment__course", "placement__exercise", "revision__exercise", "course", "credential")
        .order_by("received_at")
    )
    shown = shown_of(person, submissions) if for_themselves else {one.placement_id: EVERYTHING for one in submissions}
    answered = [handed_in(one, shown[one.submission.placement_id]) for one in progress_of_all(submissions)]
    if not for_themselves:
        add_what_pages_do_not_show(answered, submissions)
    document = {
        "format": FORMAT,
        "made_at": database_now(),
        "account": account_of(person),
        "courses": [course_of(one) for one in Membership.objects.filter(user=person).select_related("course").order_by("pk")],
        "extensions": [
            {**where(one), **fields(one, "due_at", "extra_attempts", "time_multiplier", "reason", "created_at")}
            for one in Extension.objects.filter(user=person).select_related("assignment__course").order_by("pk")
        ],
        "begun": [
            {**where(one), "begun_at": one.begun_at}
            for one in Sitting.objects.filter(user=person).select_related("assignment__course").order_by("pk")
        ],
        "standings": [standing_of(one, shown.get(one.placement_id, NOTHING)) for one in standings_of(person)],
        "submissions": answered,
        "exercises": exercises_of(submissions),
        "tokens": [
            {"course": one.course.slug, **fields(one, "name", "prefix", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")}
            for one in Credential.objects.filter(owner=person).select_related("course").order_by("pk")
        ],
        "regradings_asked_for": [
            {"course": one.course.slug, **fields(one, "reason", "created_at", "applied_at", "undone_at")}
            for one in Regrading.objects.filter(requested_by=person).select_related("course").order_by("pk")
        ],
        "audit_log": [event_of(one, person) for one in events_of(person).select_related("course").order_by("pk")],
        "done_in_the_admin_pages": [
            {"at": one.action_time, "what": one.get_action_flag_display()} for one in LogEntry.objects.filter(user=person).order_by("pk")
        ],
        "failed_sign_ins": [
            {"at": one.attempt_time, "address": one.ip_address, "browser": one.user_agent, "times": one.failures_since_start}
            for one in AccessAttempt.objects.filter(username=person.username).order_by("pk")
        ],
    }
    if not for_themselves:
        document["signed_in_until"] = [one.expire_date for one in sessions_of(person)]
    return document


def fields(row: Any, *names: str) -> Document:
    return {name: getattr(row, name) for name in names}


def account_of(person: User) -> Document:
    names = ("username", "first_name", "last_name", "email", "time_zone", "date_joined", "last_login", "link_made_at")
    rights = ("is_active", "is_staff", "is_superuser")
    groups = [one.name for one in person.groups.all()]
    return {"number": person.pk, **fields(person, *names, *rights), "groups": groups, "has_a_password": person.has_usable_password()}


def course_of(one: Membership) -> Document:
    return {"course": one.course.slug, **fields(one, "role", "section", "student_number", "joined_at", "left_at")}


def where(one: Extension | Sitting) -> Document:
    return {"course": one.assignment.course.slug, "assignment": one.assignment.slug}


# ------------------------------------------------------------------ what was handed in


def shown_of(person: User, submissions: list[Submission]) -> dict[int, Disclosed]:
    """By placement: as the pages of a course show it to whoever is in it; and whoever has left sees no page of it."""
    seats = {one.course: seat_in(person, one.course) for one in submissions}
    found = disclosures({(person.pk, one.placement) for one in submissions})
    return {
        one.placement_id: NOTHING if seat is None else EVERYTHING if seat.is_staff else found[person.pk, one.placement_id]
        for one in submissions
        for seat in [seats[one.course]]
    }


def handed_in(progress: Progress, shown: Disclosed) -> Document:
    one, result = progress.submission, progress.result
    terms = ("attempt_no", "received_at", "python", "worth", "opens_at_snapshot", "due_at_snapshot", "closes_at_snapshot", "credit")
    document = {
        "id": one.pk,
        "course": one.course.slug,
        "assignment": one.placement.assignment.slug,
        "exercise": one.revision.exercise.slug,
        "edition": f"{one.revision.exercise.slug} {one.revision.number}",
        **fields(one, *terms, "is_late", "term", "channel", "idempotency_key", "answers", "confidence"),
        "token": one.credential.prefix if one.credential else None,
        "state": progress.state,
        "reason": progress.grading.reason if progress.grading else "",
        "result": None,
    }
    if result is not None:
        points = {"points": result.points, "max_points": result.max_points} if shown.score else {}
        document["result"] = {**points, "created_at": result.created_at, "questions": for_reader(result, shown)}
    return document


def add_what_pages_do_not_show(answered: list[Document], submissions: list[Submission]) -> None:
    """Every result, whether or not it counts, as it is stored, with what was worked out from it."""
    ids = [one.pk for one in submissions]
    results: dict[Any, list[Document]] = {}
    for result in Result.objects.filter(submission__in=ids).select_related("diagnosis").order_by("pk"):
        names = ("grader_version", "regrading_id", "fraction", "worth", "python", "sim_version", "created_at", "evidence")
        found = diagnosis_of(result)
        diagnosis = model_to_dict(found, [one.name for one in Diagnosis._meta.fields]) if found else None
        results.setdefault(result.submission_id, []).append({**fields(result, *names), "diagnosis": diagnosis})
    responses: dict[Any, list[Document]] = {}
    for response in Response.objects.filter(submission__in=ids).order_by("pk"):
        told = fields(response, "question", "answer", "answer_text", "fraction", "right", "confidence", "models")
        responses.setdefault(response.submission_id, []).append(told)
    for document in answered:
        document["all_results"] = results.get(document["id"], [])
        document["responses"] = responses.get(document["id"], [])


def standings_of(person: User) -> QuerySet[Standing]:
    return Standing.objects.filter(student=person).select_related("placement__assignment__course", "placement__exercise").order_by("pk")


def standing_of(one: Standing, shown: Disclosed) -> Document:
    placement = one.placement
    names = {"course": placement.assignment.course.slug, "assignment": placement.assignment.slug, "exercise": placement.exercise.slug}
    points = {"first_points": one.first_points, "best_points": one.best_points} if shown.score else {}
    return {**names, "attempts": one.attempts, "attempts_given_back": one.returned, **points}


def exercises_of(submissions: Iterable[Submission]) -> dict[str, Document]:
    """What was answered, as students see it: by the edition that a submission names."""
    return {
        f"{one.exercise.slug} {one.number}": {"title": one.exercise.title, "program": program_of(one), "questions": one.spec["questions"]}
        for one in {submission.revision for submission in submissions}
    }


# ------------------------------------------------------------------ the audit log


def event_of(event: AuditEvent, person: User) -> Document:
    """What they did to others is told without what it says about these."""
    about = event.detail.get("whom", person.pk) == person.pk and not (
        event.actor_id == person.pk and event.target.startswith("user ") and event.target != f"user {person.pk}"
    )
    by = "the service" if event.actor_id is None else "this person" if event.actor_id == person.pk else "somebody else"
    said = {"target": event.target, "detail": event.detail} if about else {}
    return {"at": event.created_at, "action": event.action, "course": event.course.slug if event.course else None, "by": by, **said}
