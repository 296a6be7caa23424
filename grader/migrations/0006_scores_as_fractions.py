"""A score is a fraction of 1. What is stored as points of so many is carried over; points are worked out from it wherever they are shown."""

from django.db import migrations, models

from grader.migrations import _freezing

TABLE = "grader_result"
FRACTION = {"decimal_places": 8, "max_digits": 9}
EARNED = {**FRACTION, "help_text": "What was earned, from 0 to 1, before any late credit."}
CREDITED = {**FRACTION, "help_text": "From 0 to 1, late credit included.", "null": True}

FRACTIONS = "UPDATE grader_result SET fraction = ROUND(points * 1.0 / worth, 8) WHERE worth > 0"
SCORED = """
WITH counting AS (
  SELECT r.submission_id, r.fraction,
    ROW_NUMBER() OVER (PARTITION BY r.submission_id ORDER BY g.applied_at DESC NULLS LAST, r.id DESC) AS rank
  FROM grader_result r LEFT JOIN grader_regrading g ON g.id = r.regrading_id
  WHERE r.regrading_id IS NULL OR (g.applied_at IS NOT NULL AND g.undone_at IS NULL)
), scored AS (
  SELECT s.id, s.student_id, s.placement_id, c.fraction * s.credit AS credited,
    ROW_NUMBER() OVER (PARTITION BY s.student_id, s.placement_id ORDER BY c.fraction * s.credit DESC, s.attempt_no) AS place
  FROM grader_submission s JOIN counting c ON c.submission_id = s.id AND c.rank = 1
)
"""
FIRST = f"{SCORED} UPDATE grader_standing SET first_fraction = ROUND(scored.credited, 8) FROM scored WHERE scored.id = first_submission_id"
# The best by fraction may be another attempt than the best by points, where the points had been changed in between.
BEST = f"""{SCORED} UPDATE grader_standing SET best_fraction = ROUND(scored.credited, 8), best_submission_id = scored.id FROM scored
WHERE scored.place = 1 AND scored.student_id = grader_standing.student_id AND scored.placement_id = grader_standing.placement_id
"""


def thaw(apps, schema_editor):
    _freezing.thaw(schema_editor, TABLE)


def freeze(apps, schema_editor):
    _freezing.freeze(schema_editor, TABLE)


def fill(apps, schema_editor):
    Result = apps.get_model("grader", "Result")
    schema_editor.execute(FRACTIONS, params=None)
    # What was worth nothing has its fraction in its questions alone.
    for one in Result.objects.filter(fraction=None).iterator():
        earned = [question["fraction"] for question in one.evidence["questions"]]
        Result.objects.filter(pk=one.pk).update(fraction=round(sum(earned) / len(earned), 8) if earned else 0)
    schema_editor.execute(FIRST, params=None)
    schema_editor.execute(BEST, params=None)
    _freezing.settle(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("grader", "0005_jobs")]
    operations = [
        migrations.RunPython(thaw, freeze),
        migrations.RenameField("result", "max_points", "worth"),
        migrations.AlterField(
            "result",
            "worth",
            models.DecimalField(
                decimal_places=2, help_text="The points it could earn when it was marked: a record, no scale.", max_digits=8
            ),
        ),
        migrations.AddField("result", "fraction", models.DecimalField(null=True, **EARNED)),
        migrations.AddField("standing", "first_fraction", models.DecimalField(**CREDITED)),
        migrations.AddField("standing", "best_fraction", models.DecimalField(**CREDITED)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("result", "fraction", models.DecimalField(**EARNED)),
        migrations.RemoveField("result", "points"),
        migrations.RemoveField("standing", "first_points"),
        migrations.RemoveField("standing", "best_points"),
        migrations.RunPython(freeze, thaw),
    ]
