"""A grading says which regrading asked for it; a regrading, under which terms it marks and whether what follows from it has followed."""

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    Grading, Regrading = apps.get_model("grader", "Grading"), apps.get_model("grader", "Regrading")
    Placement = apps.get_model("exercises", "Placement")
    for one in Regrading.objects.all():
        Grading.objects.filter(grader_version=one.grader_version).update(regrading=one)
        one.settled_at = one.undone_at or one.applied_at
        if one.to_pinned_revision:
            placed = Placement.objects.filter(assignment__course=one.course_id)
            if one.placement_id:
                placed = placed.filter(pk=one.placement_id)
            one.terms = {str(p.pk): {"revision": p.revision_id, "python": p.python, "worth": str(p.points)} for p in placed}
        one.save()


class Migration(migrations.Migration):
    dependencies = [("grader", "0006_scores_as_fractions")]
    operations = [
        migrations.AddField(
            "regrading",
            "terms",
            models.JSONField(
                blank=True,
                default=dict,
                help_text="For the pinned revision: placement to revision, Python and worth, as they were pinned when it was asked for.",
            ),
        ),
        migrations.AddField(
            "regrading",
            "settled_at",
            models.DateTimeField(
                blank=True, help_text="When all standings had followed the last decision. Empty after one: they are still following.", null=True
            ),
        ),
        migrations.AddField(
            "grading",
            "regrading",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Empty: the first grading, which the student waits for.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gradings",
                to="grader.regrading",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "grading",
            models.Index(condition=models.Q(("regrading__isnull", False)), fields=["regrading"], name="grading_again"),
        ),
    ]
