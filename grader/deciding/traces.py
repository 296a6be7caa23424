"""Where something is kept about a person that no foreign key leads to: sessions, the audit log, Django's own log of its admin pages."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from exercises.clock import database_now
from exercises.models import Extension, Membership, User
from grader.models import AuditEvent, Submission


def events_about(person: User) -> Q:
    memberships = [f"membership {one}" for one in Membership.objects.filter(user=person).values_list("pk", flat=True)]
    submissions = [str(one) for one in Submission.objects.filter(student=person).values_list("pk", flat=True)]
    return Q(target__in=[f"user {person.pk}", *memberships, *submissions]) | Q(detail__whom=person.pk)


def events_of(person: User) -> QuerySet[AuditEvent]:
    found: QuerySet[AuditEvent] = AuditEvent.objects.filter(events_about(person) | Q(actor=person))
    return found


def logged_about(person: User) -> QuerySet[LogEntry]:
    """What administrators did to the account, its memberships and extensions: such a row says a name in words, also of what is gone."""
    named = Q(object_repr=person.username) | Q(object_repr__startswith=f"{person.username}, ")
    named |= Q(object_repr__startswith=f"{person.username} in ")
    about = Q(content_type__model="user", object_id=str(person.pk))
    for model in (Membership, Extension):
        kept = [str(one) for one in model._default_manager.filter(user=person).values_list("pk", flat=True)]
        about |= Q(content_type__model=model._meta.model_name, object_id__in=kept)
    return LogEntry.objects.filter(about | Q(content_type__model__in=["user", "membership", "extension"]) & named)


def sessions_of(person: User) -> list[Session]:
    """Django keeps whose a session is inside it alone, so all are looked at."""
    live = Session.objects.filter(expire_date__gt=database_now()).iterator(chunk_size=500)
    return [one for one in live if str(one.get_decoded().get("_auth_user_id", "")) == str(person.pk)]
