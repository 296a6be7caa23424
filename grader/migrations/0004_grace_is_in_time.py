"""What is received within the grace is in time, not late. So far nothing later than that was accepted: nothing stored is late."""

from django.db import migrations, models

from grader.migrations import _freezing

TABLE = "grader_submission"


def fill(apps, schema_editor):
    _freezing.thaw(schema_editor, TABLE)
    schema_editor.execute("UPDATE grader_submission SET is_late = %s WHERE is_late", params=[False])
    _freezing.freeze(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("grader", "0003_submissions_stand_alone")]
    operations = [
        migrations.AlterField(
            "submission",
            "is_late",
            models.BooleanField(default=False, help_text="Received after the due time and the course's grace, for late credit."),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
