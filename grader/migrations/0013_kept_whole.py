"""What is append-only cannot be emptied either, and is sealed. (SQLite empties a table by DELETE, which it refuses already.)"""

from django.db import migrations, models

from grader.migrations import _freezing

FROZEN = ("grader_submission", "grader_result", "grader_simulation", "grader_auditevent", "grader_seal")


def freeze(apps, schema_editor):
    _freezing.freeze(schema_editor, *FROZEN)


class Migration(migrations.Migration):
    dependencies = [("grader", "0012_index_of_a_courses_records")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(
                        help_text="Its place in the chain, from 1, without gaps: given once.", primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                (
                    "ranges",
                    models.JSONField(help_text="The records' numbers, as pairs of first and last, ascending: exactly these are covered."),
                ),
                ("last", models.BigIntegerField(help_text="The highest of these numbers.")),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["kind", "last"], name="seal_reach")]},
        ),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
