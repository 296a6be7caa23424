"""Courses, exercises and people. What changes grades is in grader/assignment_admin.py, which records who did it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from exercises.models import Course, Exercise, Membership, Revision, User
from exercises.reading.revision import program_of

admin.site.site_header = "Heaplab"
admin.site.site_title = "Heaplab"
admin.site.index_title = "Courses, exercises and people"


class OneByOne(admin.ModelAdmin):  # type: ignore[type-arg]
    """Several that are deleted at once leave a trace each. Django writes theirs in bulk, which tells no signal, and so no audit log.
    And a trace has the values before and after of what is named in `recorded`, where Django's has names of fields alone.
    """

    recorded: tuple[str, ...] = ()

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        who: Any = request.user.pk  # the admin lets only signed-in people in
        return [LogEntry.objects.log_actions(who, [one], DELETION, single_object=True) for one in queryset]

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        changed = [name for name in self.recorded if name in form.changed_data]
        values = {name: [None if add else plain(form.initial.get(name)), plain(form.cleaned_data.get(name))] for name in changed}
        return [*message, {"values": values}] if values else message


def plain(value: Any) -> Any:
    """As it can be kept for ever: moments in UTC."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


@admin.register(User)
class PersonAdmin(OneByOne, UserAdmin):  # type: ignore[type-arg]
    recorded = ("is_active", "is_staff", "is_superuser")
    fieldsets = (*UserAdmin.fieldsets, ("Heaplab", {"fields": ("time_zone",)}))  # type: ignore[misc]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Whoever has answered or decided anything cannot be deleted, which Django tells by a list. What can be done is said here."""
        found = super().get_deleted_objects(objs, request)
        if found[3]:
            words = "What people answered and decided is kept, so they cannot be deleted. Switch the account off, or take the name out: {}"
            messages.warning(request, format_html(words, "manage.py anonymise_person NAME --reason …"))
        return found


@admin.register(Course)
class CourseAdmin(OneByOne):
    recorded = ("slug", "title", "term", "time_zone", "grace_seconds")
    list_display = ["title", "term", "time_zone", "people"]
    list_filter = ["term"]
    search_fields = ["title", "slug", "term"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["members"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        return Course.objects.annotate(member_count=Count("memberships", filter=Q(memberships__left_at=None)))

    @admin.display(description="people", ordering="member_count")
    def people(self, course: Course) -> int:
        return int(getattr(course, "member_count", 0))

    @admin.display(description="members")
    def members(self, course: Course) -> str:
        """Counts with links, and never the people themselves: a form with five thousand of them is one that nobody can send."""
        if course.pk is None:
            return "Save the course first, then add its people."
        counts = dict(course.memberships.current().order_by("role").values_list("role").annotate(Count("pk")))
        path = reverse("admin:exercises_membership_changelist")
        shown: list[tuple[str, int, str]] = [
            (f"?course__id__exact={course.pk}&role__exact={role}&left_at__isempty=1", counts.get(role, 0), role) for role in Membership.Role
        ]
        left = course.memberships.exclude(left_at=None).count()
        if left:
            shown.append((f"?course__id__exact={course.pk}&left_at__isempty=0", left, "left"))
        return format_html(
            '{} · <a href="{}?course={}">add one</a> · <a href="{}">import many from a list</a>',
            format_html_join(" · ", '<a href="{}{}">{} {}</a>', ((path, query, count, words) for query, count, words in shown)),
            reverse("admin:exercises_membership_add"),
            course.pk,
            reverse("roster", args=[course.slug]),
        )


@admin.register(Membership)
class MembershipAdmin(OneByOne):
    recorded = ("role", "section", "student_number", "left_at")
    list_display = ["user", "full_name", "course", "role", "section", "student_number", "joined_at", "left_at"]
    list_filter = [("left_at", admin.EmptyFieldListFilter), "role", "course"]
    list_select_related = ["user", "course"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "user__email", "student_number"]
    autocomplete_fields = ["course", "user"]
    fields = ["course", "user", "role", "section", "student_number", "left_at"]
    show_full_result_count = False
    actions = ["leave", "come_back"]

    @admin.display(description="name", ordering="user__last_name")
    def full_name(self, membership: Membership) -> str:
        return membership.user.get_full_name()

    @admin.action(description="They have left the course (their work stays)")
    def leave(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        left = self.changed(request, queryset.filter(left_at=None), "Left the course.", left_at=Now())
        self.message_user(request, f"{left} of the chosen have left now. Everything they handed in is kept.")

    @admin.action(description="They are in the course again")
    def come_back(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        back = self.changed(request, queryset.exclude(left_at=None), "In the course again.", left_at=None)
        self.message_user(request, f"{back} of the chosen are back.")

    @transaction.atomic
    def changed(self, request: HttpRequest, queryset: QuerySet[Membership], words: str, **values: Any) -> int:
        """Changes them, and leaves the same trace as if each had been changed on its own page."""
        chosen = list(queryset)
        for one in chosen:
            self.log_change(request, one, words)
        return Membership.objects.filter(pk__in=[one.pk for one in chosen]).update(**values)


class RevisionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Revision
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ["number", "digest", "pythons", "created_at"]
    readonly_fields = ["number", "digest", "pythons", "created_at"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Exercise)
class ExerciseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["title", "topic", "slug", "revisions_so_far"]
    list_filter = ["topic"]
    search_fields = ["title", "slug", "topic"]
    readonly_fields = ["slug", "created_at"]
    inlines = [RevisionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exercise]:
        return Exercise.objects.annotate(revision_count=Count("revisions"))

    @admin.display(description="revisions", ordering="revision_count")
    def revisions_so_far(self, exercise: Exercise) -> int:
        return int(getattr(exercise, "revision_count", 0))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # exercises come from files: manage.py load_exercises


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["exercise", "number", "pythons", "created_at"]
    list_select_related = ["exercise"]
    search_fields = ["exercise__title", "exercise__slug"]
    fields = ["exercise", "number", "digest", "pythons", "created_at", "as_students_see_it", "source", "spec"]
    readonly_fields = ["as_students_see_it", "created_at"]

    @admin.display(description="as students see it")
    def as_students_see_it(self, revision: Revision) -> str:
        return format_html("<pre>{}</pre>", program_of(revision))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
