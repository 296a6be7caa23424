"""What is written into the audit log by itself: who came in, who left, who failed to, and what was changed about people in the admin pages.

People are named by number, and no network address is kept: these rows stay for ever, so they hold no more than it takes to know who did it.
Only failures for an account that exists are rows; strangers could else fill the table with names.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from exercises.models import Course, Membership, User
from grader.models import AuditEvent

# The admin's pages for assignments, placements and extensions write down values before and after by themselves.
DONE = {ADDITION: "added", CHANGE: "changed", DELETION: "removed"}
OF_PEOPLE = {"user", "group", "membership", "course", "accessattempt"}


@receiver(user_logged_in)
def came_in(user: User, **_: Any) -> None:
    AuditEvent.record(user, "sign_in", target=f"user {user.pk}")


@receiver(user_logged_out)
def left(user: User | None, **_: Any) -> None:
    if user is not None:
        AuditEvent.record(user, "sign_out", target=f"user {user.pk}")


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = str(credentials.get("username") or "").replace("\x00", "")
    whose = User.objects.filter(username=name).values_list("pk", flat=True).first()
    # Once the sign-in is closed for a while, trying on says nothing new.
    if whose is not None and not getattr(request, "axes_locked_out", False):
        # Whoever is signed in was asked for the present password before setting another.
        known = request is not None and getattr(request, "user", None) is not None and request.user.is_authenticated
        AuditEvent.record(None, "password.failed" if known else "sign_in.failed", target=f"user {whose}")


@receiver(post_save, sender=LogEntry)
def changed_in_the_admin(instance: LogEntry, **_: Any) -> None:
    kind = instance.content_type.model if instance.content_type else ""
    if kind not in OF_PEOPLE:
        return
    detail: dict[str, Any] = {"change": instance.change_message, "changed": values_in(instance.change_message)}
    course, number = None, int(instance.object_id or 0) if kind in ("membership", "course") else 0
    if kind == "membership" and (member := Membership.objects.select_related("course").filter(pk=number).first()):
        # One that is to be deleted is still there.
        course, detail["whom"] = member.course, member.user_id
    elif kind == "course" and instance.action_flag != DELETION:
        course = Course.objects.filter(pk=number).first()
    action = f"{kind}.{DONE[instance.action_flag]}"
    AuditEvent.record(instance.user, action, course=course, target=f"{kind} {instance.object_id}", **detail)


def values_in(message: str) -> dict[str, Any]:
    """Before and after by field, as exercises/admin.py adds them to what Django says."""
    parts = json.loads(message) if message.startswith("[") else []
    return next((part["values"] for part in parts if "values" in part), {})
