"""A submission carries all that decides what it earns. What is stored already gets what it was graded by, else what holds today."""

import django.db.models.deletion
from django.db import migrations, models

from grader.migrations import _freezing

TABLE = "grader_submission"

# A first result says which Python and how many points counted; only where there is none is the placement asked.
FILL = """
UPDATE grader_submission SET
  python = COALESCE(
    (SELECT r.python FROM grader_result r WHERE r.submission_id = grader_submission.id AND r.regrading_id IS NULL ORDER BY r.id LIMIT 1),
    (SELECT p.python FROM exercises_placement p WHERE p.id = grader_submission.placement_id)),
  worth = COALESCE(
    (SELECT r.max_points FROM grader_result r WHERE r.submission_id = grader_submission.id AND r.regrading_id IS NULL ORDER BY r.id LIMIT 1),
    (SELECT p.points FROM exercises_placement p WHERE p.id = grader_submission.placement_id)),
  opens_at_snapshot = (SELECT a.opens_at FROM exercises_placement p JOIN exercises_assignment a ON a.id = p.assignment_id
    WHERE p.id = grader_submission.placement_id),
  course_id = (SELECT a.course_id FROM exercises_placement p JOIN exercises_assignment a ON a.id = p.assignment_id
    WHERE p.id = grader_submission.placement_id)
"""
GRACE = "(SELECT c.grace_seconds FROM exercises_course c WHERE c.id = grader_submission.course_id)"
CLOSES = {
    "postgresql": f"due_at_snapshot + {GRACE} * interval '1 second'",
    "sqlite": f"STRFTIME('%Y-%m-%d %H:%M:%f', due_at_snapshot, '+' || {GRACE} || ' seconds')",
}


def thaw(apps, schema_editor):
    _freezing.thaw(schema_editor, TABLE)


def freeze(apps, schema_editor):
    _freezing.freeze(schema_editor, TABLE)


def fill(apps, schema_editor):
    schema_editor.execute(FILL, params=None)
    closes = CLOSES[schema_editor.connection.vendor]
    schema_editor.execute(f"UPDATE grader_submission SET closes_at_snapshot = {closes} WHERE due_at_snapshot IS NOT NULL", params=None)
    _freezing.settle(schema_editor)


PYTHON = {"max_length": 8, "help_text": "The version of Python that was right here at receipt."}
WORTH = {"decimal_places": 2, "max_digits": 8, "help_text": "The points it could earn, as they stood at receipt."}
COURSE = {
    "db_index": False,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "submissions",
    "to": "exercises.course",
}


class Migration(migrations.Migration):
    dependencies = [("grader", "0002_append_only")]
    operations = [
        migrations.RunPython(thaw, freeze),
        migrations.AddField("submission", "python", models.CharField(null=True, **PYTHON)),
        migrations.AddField("submission", "worth", models.DecimalField(null=True, **WORTH)),
        migrations.AddField("submission", "seed", models.BigIntegerField(default=0)),
        migrations.AddField(
            "submission",
            "opens_at_snapshot",
            models.DateTimeField(blank=True, help_text="This student's opening time as it stood at receipt.", null=True),
        ),
        migrations.AddField(
            "submission",
            "closes_at_snapshot",
            models.DateTimeField(
                blank=True, help_text="From when on nothing of this student would have been accepted, as it stood at receipt.", null=True
            ),
        ),
        migrations.AddField(
            "submission",
            "credit",
            models.DecimalField(
                decimal_places=4,
                default=1,
                help_text="Late credit, as it stood at receipt: the share of the worth. 1 in time.",
                max_digits=5,
            ),
        ),
        migrations.AddField("submission", "course", models.ForeignKey(null=True, **COURSE)),
        migrations.AddField(
            "submission",
            "credential",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The token it was handed in with. Empty: by the student, on the page.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="grader.credential",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("submission", "python", models.CharField(**PYTHON)),
        migrations.AlterField("submission", "worth", models.DecimalField(**WORTH)),
        migrations.AlterField("submission", "course", models.ForeignKey(**COURSE)),
        migrations.RemoveConstraint("submission", "idempotency_key_once"),
        migrations.AddConstraint(
            "submission",
            models.UniqueConstraint(fields=("course", "student", "idempotency_key"), name="idempotency_key_once"),
        ),
        migrations.RunPython(freeze, thaw),
    ]
