"""Courses, exercises and people. What changes grades is in grader/assignment_admin.py, which records who did it."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from exercises.models import Course, Exercise, Membership, Revision, User
from exercises.reading.revision import program_of

admin.site.site_header = "Heaplab"
admin.site.site_title = "Heaplab"
admin.site.index_title = "Courses, exercises and people"


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    fieldsets = (*UserAdmin.fieldsets, ("Heaplab", {"fields": ("time_zone",)}))  # type: ignore[misc]


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["title", "term", "time_zone", "people"]
    list_filter = ["term"]
    search_fields = ["title", "slug", "term"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        return Course.objects.annotate(member_count=Count("memberships"))

    @admin.display(description="people", ordering="member_count")
    def people(self, course: Course) -> int:
        return int(getattr(course, "member_count", 0))


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
