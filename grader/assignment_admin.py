"""Assignments and extensions in the admin. They decide about grades: times are typed in the course's zone, and who decided is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from exercises.clock import dated
from exercises.courses.revealing import PRESETS, last_ends, later_of, placements_anywhere, reveal_table
from exercises.models import REVEALED, Assignment, Course, Extension, Placement, User, read_late_steps
from grader.deciding.disclosure import who_sees_truths
from grader.models import AuditEvent, Standing
from grader.reading.reuse import out_already

# What is recorded of each, with its values before and after.
OF_ASSIGNMENTS = ("opens_at", "due_at", "late_steps", "time_limit_minutes", "published", *REVEALED, "reveal_at", "reveal_together")
OF_PLACEMENTS = ("revision_id", "python", "points", "max_attempts")
OF_EXTENSIONS = ("due_at", "extra_attempts", "time_multiplier", "reason")
LATE_STEP = re.compile(r"\s*([0-9.,]+)\s*%\s*until\s*\+?\s*([0-9.,]+)\s*(h|d)[a-z]*\s*", re.IGNORECASE)


class LateStepsField(forms.CharField):
    """One step a line: 80 % until +24 h."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{one.percent:g} % until +{one.hours:g} h" for one in read_late_steps(value))

    def clean(self, value: Any) -> list[dict[str, float]]:
        lines = [one for one in str(value or "").splitlines() if one.strip()]
        return [self._step(line) for line in lines]

    def _step(self, line: str) -> dict[str, float]:
        found = LATE_STEP.fullmatch(line)
        try:
            percent, length = (float(one.replace(",", ".")) for one in found.groups()[:2]) if found else (None, None)
        except ValueError:
            found = None
        if not found or percent is None or length is None:
            raise ValidationError(f"“{line.strip()}” cannot be read. Write one step a line, such as: 80 % until +24 h, or 50 % until +3 d.")
        return {"hours": length * (24 if found.group(3).lower() == "d" else 1), "percent": percent}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class InCourseZone(admin.ModelAdmin):  # type: ignore[type-arg]
    """Times are typed and shown in the zone of the course, which every page names at its head.

    What the clocks skip or show twice in that zone is refused by Django's own fields.
    """

    def course_in(self, request: HttpRequest, object_id: str | None) -> Course | None:
        raise NotImplementedError

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        course = self.course_in(request, object_id)
        with timezone.override(course.zone() if course else None):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            # Now, while the zone holds: a response that is rendered later would show the times in another.
            return response.render() if isinstance(response, TemplateResponse) else response


def chosen(request: HttpRequest, name: str) -> int:
    """The primary key that a form sends, or that a link brings along; 0, which is nobody's."""
    return number_in(request.POST.get(name) or request.GET.get(name) or "")


def number_in(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def said(moment: datetime | None, course: Course) -> str:
    return dated(moment.astimezone(course.zone())) if moment else "–"


def changes(before: Model | None, after: Model | None, names: Iterable[str]) -> dict[str, list[Any]]:
    """What is different, as [before, after]; moments in UTC."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        return value if isinstance(value, str | int | bool | list | None) else str(value)

    pairs = {name: (getattr(before, name, None), getattr(after, name, None)) for name in names}
    return {name: [plain(one) for one in pair] for name, pair in pairs.items() if pair[0] != pair[1]}


def actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


class AssignmentForm(forms.ModelForm):  # type: ignore[type-arg]
    late_steps = LateStepsField(
        required=False, label="Late credit", help_text="One step a line, such as: 80 % until +24 h. Empty: nothing is accepted late."
    )
    preset = forms.ChoiceField(
        required=False,
        label="Fill the table",
        choices=[("", "as chosen below"), *((name, words) for name, (words, _) in PRESETS.items())],
        help_text="Sets the four rows below when this is saved.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        preset = cleaned.get("preset")
        if preset:
            cleaned |= PRESETS[preset][1]
        return cleaned


class PlacementInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Placement
    extra = 0
    autocomplete_fields = ["exercise", "revision"]
    fields = ["position", "exercise", "revision", "python", "points", "max_attempts"]


@admin.register(Assignment)
class AssignmentAdmin(InCourseZone):
    form = AssignmentForm
    list_display = ["title", "course", "opens", "due", "published", "reveal"]
    list_filter = ["course", "published"]
    list_select_related = ["course"]
    search_fields = ["title", "course__title"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["in_words", "granted"]
    inlines = [PlacementInline]
    fieldsets = (
        (None, {"fields": ["course", "title", "slug", "position", "published"]}),
        (
            "Times",
            {
                "fields": ["opens_at", "due_at", "late_steps", "time_limit_minutes", "granted"],
                "description": "In the time zone of the course, which stands at the head of this page once the course is chosen and saved.",
            },
        ),
        ("What students see of a result, and when", {"fields": ["in_words", "preset", *REVEALED, "reveal_at", "reveal_together"]}),
    )

    def course_in(self, request: HttpRequest, object_id: str | None) -> Course | None:
        if object_id is not None:
            return Course.objects.filter(assignments=number_in(object_id)).first()
        return Course.objects.filter(pk=chosen(request, "course")).first()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Its times were typed in that course's zone, and its students' work is there.
        return [*self.readonly_fields, *(["course"] if obj else [])]

    @admin.display(description="opens", ordering="opens_at")
    def opens(self, assignment: Assignment) -> str:
        return said(assignment.opens_at, assignment.course)

    @admin.display(description="due", ordering="due_at")
    def due(self, assignment: Assignment) -> str:
        return said(assignment.due_at, assignment.course)

    @admin.display(description="in words")
    def in_words(self, assignment: Assignment) -> str:
        if assignment.pk is None:
            return "Save the assignment first."
        ends = last_ends(placements_anywhere(assignment.placements.values_list("exercise_id", flat=True)))
        rows = reveal_table(assignment, later_of(*ends.values()))
        return " ".join(f"{row.what}: {row.when}{f' ({said(row.moment, assignment.course)})' if row.moment else ''}." for row in rows)

    @admin.display(description="extensions")
    def granted(self, assignment: Assignment) -> str:
        if assignment.pk is None:
            return "Save the assignment first."
        listing, add = reverse("admin:exercises_extension_changelist"), reverse("admin:exercises_extension_add")
        words = '<a href="{}?assignment__id__exact={}">{} granted</a> · <a href="{}?assignment={}">grant one</a>'
        return format_html(words, listing, assignment.pk, assignment.extensions.count(), add, assignment.pk)

    def save_model(self, request: HttpRequest, obj: Assignment, form: Any, change: bool) -> None:
        before = Assignment.objects.filter(pk=obj.pk).first() if change else None
        seen = who_sees_truths(before) if before else set()
        super().save_model(request, obj, form, change)
        changed = changes(before, obj, OF_ASSIGNMENTS)
        if changed:
            action = "assignment.changed" if change else "assignment.made"
            AuditEvent.record(actor(request), action, course=obj.course, target=obj.slug, changed=changed, had_seen=len(seen))
        if seen and {"due_at", "late_steps", "published", "time_limit_minutes"} & set(changed):
            messages.warning(request, f"{len(seen)} of those who answered could see right answers of this assignment before this change.")

    def delete_model(self, request: HttpRequest, obj: Assignment) -> None:
        self._record_removal(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for assignment in queryset.select_related("course"):
            self._record_removal(request, assignment)
        super().delete_queryset(request, queryset)

    def _record_removal(self, request: HttpRequest, assignment: Assignment) -> None:
        placed = list(assignment.placements.values_list("exercise__slug", flat=True))
        was = changes(assignment, None, OF_ASSIGNMENTS)
        AuditEvent.record(
            actor(request), "assignment.removed", course=assignment.course, target=assignment.slug, changed=was, exercises=placed
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        placed = Placement.objects.filter(assignment=form.instance).select_related("exercise", "assignment__course")
        before = {one.pk: one for one in placed}
        super().save_formset(request, form, formset, change)
        after = {one.pk: one for one in placed.all()}
        for pk in sorted(before.keys() | after.keys()):
            was, now = before.get(pk), after.get(pk)
            changed = changes(was, now, OF_PLACEMENTS)
            if not changed:
                continue
            action = "placement.changed" if was and now else "placement.added" if now else "placement.removed"
            where = {"course": form.instance.course, "target": (now or before[pk]).exercise.slug, "assignment": form.instance.slug}
            AuditEvent.record(actor(request), action, **where, changed=changed)
            if was and now:
                self._say_what_it_does(request, now, set(changed))
        if form.instance.published and ("published" in form.changed_data or after.keys() - before.keys()):
            self._say_what_is_out(request, form.instance)

    def _say_what_is_out(self, request: HttpRequest, assignment: Assignment) -> None:
        out = out_already(assignment)
        if out:
            told = "; ".join(map(str, out))
            words = "Right answers of {} of its exercises are out already, through other assignments. Who could see them: {}. {}"
            remedy = "Whoever saw them has seen them: where that matters, choose other exercises."
            messages.warning(request, words.format(len(out), told, remedy))
            AuditEvent.record(
                actor(request), "assignment.out", course=assignment.course, target=assignment.slug, out=[str(one) for one in out]
            )

    def _say_what_it_does(self, request: HttpRequest, placement: Placement, changed: set[str]) -> None:
        """To those who have answered already."""
        answered = Standing.objects.filter(placement=placement, attempts__gt=0).count()
        if not answered:
            return
        title, many = placement.exercise.title, f"{answered} student{'' if answered == 1 else 's'} answered it already"
        if "points" in changed:
            told = f"{title}: {many}. Each keeps the same share, now of {placement.points} points; nothing need be graded again."
            messages.warning(request, told)
        if {"revision_id", "python"} & changed:
            words = (
                "{}: {}, and the grades for what was asked then stay. "
                '<a href="{}?placement={}">Grade again</a> to mark against what is set now.'
            )
            regradings = reverse("regradings", args=[placement.assignment.course.slug])
            messages.warning(request, format_html(words, title, many, regradings, placement.pk))


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]
    although_seen = forms.BooleanField(
        required=False,
        label="Although right answers have been seen",
        help_text="Needed only where somebody could see them already: the student, or others who may have told.",
    )
    own_seen = False
    others_seen = 0

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        assignment = cleaned.get("assignment") or getattr(self.instance, "assignment", None)
        user = cleaned.get("user") or getattr(self.instance, "user", None)
        if self.errors or assignment is None or user is None or not (self.instance.pk is None or set(self.changed_data) - {"reason"}):
            return cleaned
        seen = who_sees_truths(assignment)
        self.own_seen, self.others_seen = user.pk in seen, len(seen - {user.pk})
        if seen and not cleaned.get("although_seen"):
            who = [f"{user} could see" if self.own_seen else "", f"{self.others_seen} others could see" if self.others_seen else ""]
            words = f"{' and '.join(one for one in who if one)} right answers of this assignment already."
            raise ValidationError({"although_seen": f"{words} Tick this to grant the extension all the same; it is recorded."})
        return cleaned


@admin.register(Extension)
class ExtensionAdmin(InCourseZone):
    form = ExtensionForm
    list_display = ["user", "assignment", "due", "extra_attempts", "time_multiplier", "reason", "granted_by"]
    list_filter = ["assignment__course", "assignment"]
    list_select_related = ["user", "assignment__course", "granted_by"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "assignment__title", "reason"]
    autocomplete_fields = ["assignment", "user"]
    fields = ["assignment", "user", "due_at", "extra_attempts", "time_multiplier", "reason", "although_seen"]
    show_full_result_count = False

    def course_in(self, request: HttpRequest, object_id: str | None) -> Course | None:
        if object_id is not None:
            return Course.objects.filter(assignments__extensions=number_in(object_id)).first()
        return Course.objects.filter(assignments=chosen(request, "assignment")).first()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["assignment", "user"] if obj else []

    @admin.display(description="due", ordering="due_at")
    def due(self, extension: Extension) -> str:
        return said(extension.due_at, extension.assignment.course)

    def save_model(self, request: HttpRequest, obj: Extension, form: Any, change: bool) -> None:
        # An extension is a decision about a grade: it carries the name of the person who took it.
        before = Extension.objects.filter(pk=obj.pk).first() if change else None
        if obj.granted_by_id is None:
            obj.granted_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        self._record(
            request,
            obj,
            "extension.changed" if change else "extension.granted",
            changed=changes(before, obj, OF_EXTENSIONS),
            had_seen=form.own_seen,
            others_had_seen=form.others_seen,
        )

    def delete_model(self, request: HttpRequest, obj: Extension) -> None:
        self._record(request, obj, "extension.removed", changed=changes(obj, None, OF_EXTENSIONS))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for extension in queryset.select_related("assignment__course", "user"):
            self._record(request, extension, "extension.removed", changed=changes(extension, None, OF_EXTENSIONS))
        super().delete_queryset(request, queryset)

    def _record(self, request: HttpRequest, extension: Extension, action: str, **detail: Any) -> None:
        assignment, whom = extension.assignment, extension.user_id
        AuditEvent.record(actor(request), action, course=assignment.course, target=assignment.slug, whom=whom, **detail)
