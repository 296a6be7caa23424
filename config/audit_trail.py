"""What is written into the audit log by itself: who came in, who left, who failed to, and what was changed about people in the admin pages.

People are named by number, and no network address is kept: these rows stay for ever, so they hold no more than it takes to know who did it.
Only failures for an account that exists are rows; strangers could else fill the table with names.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from exercises.models import User
from grader.models import AuditEvent

# The admin's pages for assignments, placements and extensions write down values before and after by themselves.
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
        AuditEvent.record(None, "sign_in.failed", target=f"user {whose}")


@receiver(post_save, sender=LogEntry)
def changed_in_the_admin(instance: LogEntry, **_: Any) -> None:
    kind = instance.content_type.model if instance.content_type else ""
    if kind not in OF_PEOPLE:
        return
    what = {ADDITION: "added", CHANGE: "changed"}.get(instance.action_flag, "removed")
    AuditEvent.record(instance.user, f"{kind}.{what}", target=f"{kind} {instance.object_id}", change=instance.change_message)
