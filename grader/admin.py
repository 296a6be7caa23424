"""Looking, and a few decisions. What is append-only can be looked at only."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from exercises.clock import database_now
from exercises.models import User
from grader.assignment_admin import AssignmentAdmin, ExtensionAdmin
from grader.deciding.access import seat_in
from grader.deciding.looking import looked_at_work
from grader.deciding.tokens import revoke
from grader.models import AuditEvent, Credential, Grading, JobRow, Node, Regrading, Result, Simulation, Standing, Submission

__all__ = ["AssignmentAdmin", "ExtensionAdmin"]  # they register themselves when they are imported


PLACED = Submission.objects.select_related("placement__assignment__course", "placement__exercise")


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfSomebody(LookOnly):
    """What somebody handed in or earned: whoever looks at it is on record, as on the pages of the staff."""

    def submission_of(self, number: str) -> Submission | None:
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        found = self.submission_of(object_id) if response.status_code == HTTPStatus.OK else None
        seat = seat_in(request.user, found.placement.assignment.course) if found else None
        if found and seat:
            looked_at_work(seat, found, database_now())
        return response


@admin.register(Submission)
class SubmissionAdmin(OfSomebody):
    list_display = ("id", "student", "placement", "attempt_no", "received_at", "is_late", "channel", "credential")
    list_select_related = ("student", "placement__exercise", "placement__assignment", "credential")
    list_filter = ("channel", "is_late", "term", "course")
    search_fields = ("id__exact", "student__username")
    show_full_result_count = False

    def submission_of(self, number: str) -> Submission | None:
        found: Submission | None = PLACED.filter(pk=number).first()
        return found


@admin.register(Grading)
class GradingAdmin(LookOnly):
    """What is stuck, and why."""

    list_display = ("submission_id", "state", "reason", "deliveries", "crashes", "infra_errors", "next_at", "lease_owner")
    list_filter = ("state",)
    search_fields = ("submission__id__exact",)
    show_full_result_count = False


@admin.register(Result)
class ResultAdmin(OfSomebody):
    list_display = ("submission_id", "fraction", "worth", "python", "sim_version", "regrading", "created_at")
    search_fields = ("submission__id__exact",)
    show_full_result_count = False

    def submission_of(self, number: str) -> Submission | None:
        found: Submission | None = PLACED.filter(results=number).first()
        return found


@admin.register(Standing)
class StandingAdmin(LookOnly):
    list_display = ("student", "placement", "attempts", "returned", "first_fraction", "best_fraction")
    list_select_related = ("student", "placement__exercise", "placement__assignment")
    search_fields = ("student__username",)


@admin.register(JobRow)
class JobAdmin(LookOnly):
    """What was asked of the simulator beside grades, and why some of it has no answer."""

    list_display = ("kind", "digest", "state", "reason", "tries", "priority", "size", "kept", "asked_at", "last_asked_at")
    list_filter = ("kind", "state", "kept")
    search_fields = ("digest",)
    show_full_result_count = False


@admin.register(Simulation)
class SimulationAdmin(LookOnly):
    list_display = ("digest", "python", "belief", "sim_version", "created_at")
    list_filter = ("python", "belief", "sim_version")
    show_full_result_count = False


@admin.register(Node)
class NodeAdmin(LookOnly):
    list_display = ("name", "host", "role", "wall", "seen_at", "claimed_at", "graded", "fenced", "faults", "resting_until", "last_fault")


@admin.register(Regrading)
class RegradingAdmin(LookOnly):
    list_display = ("id", "course", "placement", "reason", "requested_by", "created_at", "applied_at", "undone_at")


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    list_display = ("created_at", "actor", "action", "course", "target")
    list_select_related = ("actor", "course")
    list_filter = ("action", "course")
    search_fields = ("target", "actor__username")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Credential)
class CredentialAdmin(LookOnly):
    """Tokens are issued by a command or page that can show them once; here they can be ended."""

    list_display = ("name", "course", "owner", "prefix", "scopes", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("course", "owner")
    actions = ("revoke",)

    @admin.action(description="Revoke the chosen tokens")
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset.filter(revoked_at=None):
            revoke(row, request.user if isinstance(request.user, User) else None)
