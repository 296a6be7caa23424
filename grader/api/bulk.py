"""Up to 500 answers at once."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from exercises.access import students_of
from exercises.models import User
from grader.accepting.submissions import Accepted, Edition, Offer, Refused, accept_many
from grader.api.bodies import (
    MOST_ITEMS,
    BulkBody,
    BulkIn,
    BulkItemBody,
    ProblemBody,
    SubmissionBody,
    submission_bodies,
)
from grader.api.course_view import KEY, PREFER, PROBLEM, CourseView, at, idempotency_key
from grader.api.described import described
from grader.api.problems import invalid_fields, problem, refusal
from grader.api.strict import GREATEST_ID
from grader.api.waiting import progress_after, with_wish
from grader.deciding import access
from grader.models import Submission


class BulkSubmissions(CourseView):
    scopes: ClassVar[dict[str, str]] = {"POST": "submit"}
    serializer_class = BulkIn
    most_bytes = settings.LARGEST_BODY

    @extend_schema(
        operation_id="submissions_bulk",
        description=f"Hand in up to {MOST_ITEMS} at once, in at most {settings.LARGEST_BODY:,} bytes. Each is accepted or refused by "
        "itself, whatever is wrong with it; the answer says which, in order.",
        parameters=[PREFER, KEY],
        request=BulkIn,
        responses={200: described(BulkBody), **PROBLEM},
    )
    def post(self, request: Request) -> Response:
        sent = BulkIn(data=request.data)
        sent.is_valid(raise_exception=True)
        items: list[dict[str, Any] | ValidationError] = sent.validated_data["submissions"]
        outcomes = self._outcomes(items, idempotency_key(request))
        wish = self.wish()
        accepted = {one.submission.pk: one for one in outcomes if isinstance(one, Accepted)}
        progress, granted = progress_after(list(accepted.values()), wish)
        bodies = submission_bodies(progress, with_result=self.seat.may("results"), in_list=True)
        stands = {one.submission.pk: (one.finished, body) for one, body in zip(progress, bodies, strict=True)}
        answered = [self._item(place, one, stands) for place, one in enumerate(outcomes)]
        body: BulkBody = {"items": answered}
        return with_wish(Response(body), wish, granted)

    def _outcomes(self, items: list[dict[str, Any] | ValidationError], key: str) -> list[Accepted | Refused | dict[str, Any]]:
        """Per item: accepted, refused, or a problem that never reached accept_many."""
        read = [one for one in items if not isinstance(one, ValidationError)]
        names, numbers = {one["student"] for one in read}, {one["placement"] for one in read if 0 < one["placement"] <= GREATEST_ID}
        students: dict[str, User] = {one.username: one for one in students_of(self.seat.course).filter(username__in=names, is_active=True)}
        placements = {one.pk: one for one in access.placements_of(self.seat.course).filter(pk__in=numbers)}
        outcomes: list[Accepted | Refused | dict[str, Any]] = []
        offers: list[Offer] = []
        for place, item in enumerate(items):
            if isinstance(item, ValidationError):
                outcomes.append(invalid_fields(item, "submissions", place))
                continue
            student, placement = students.get(item["student"]), placements.get(item["placement"])
            if placement is None:
                outcomes.append(
                    problem("unknown_placement", f"No placement {item['placement']} in this course.", errors=[at(place, "placement")])
                )
            elif student is None:
                outcomes.append(
                    problem("unknown_student", f"“{item['student']}” is no student of this course.", errors=[at(place, "student")])
                )
            else:
                own_key = item.get("idempotency_key") or f"{key}:{place}"
                seen = Edition(item.get("revision"), item.get("python"))
                answers, confidence, api = item["answers"], item["confidence"], Submission.Channel.API
                offers.append(Offer(student, placement, answers, confidence, own_key, api, self.seat.credential.pk, seen))
                outcomes.append({})
        decided = accept_many(offers) if offers else []
        for offer, one in zip(offers, decided, strict=True):
            if isinstance(one, Accepted):
                # A repeat comes without its student, and asking for each would be a query an item.
                one.submission.student, one.submission.placement = offer.student, offer.placement
        answers = iter(decided)
        return [next(answers) if one == {} else one for one in outcomes]

    def _item(
        self, place: int, outcome: Accepted | Refused | dict[str, Any], stands: dict[uuid.UUID, tuple[bool, SubmissionBody]]
    ) -> BulkItemBody:
        match outcome:
            case Accepted():
                finished, body = stands[outcome.submission.pk]
                return {"status": 200 if finished else 202, "submission": body}
            case Refused():
                found = refusal(outcome, "submissions", place)
            case _:
                found = outcome
        return {"status": found["status"], "problem": cast(ProblemBody, found)}
