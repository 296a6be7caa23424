from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from exercises.models import Course, User
from grader.models.appending import AppendOnly


class AuditEvent(AppendOnly):
    """Who did what to whom: regradings, tokens, extensions, exports, who looked at what. Never changed, never deleted."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the service itself."
    )
    action = models.CharField(max_length=60, db_index=True)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        # For the page of a course's records, and for whether somebody has looked at something today.
        indexes = [models.Index(fields=["course", "created_at"], name="audit_of_course")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.action} {self.target}"

    @classmethod
    def record(cls, actor: User | None, action: str, *, course: Course | None = None, target: str = "", **detail: Any) -> AuditEvent:
        """`whom` in the detail is the number of the person it was done to; `changed` holds [before, after] by field. What an action is
        called on the page of a course's records stands in grader/reading/records.py.
        """
        event: AuditEvent = cls.objects.create(actor=actor, action=action, course=course, target=target, detail=detail)
        return event
