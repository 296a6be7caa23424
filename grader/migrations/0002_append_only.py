"""Answers, results, simulations and the audit log are written once: the database itself refuses to change or delete them, whoever asks."""

from django.db import migrations

from grader.migrations import _freezing

FROZEN = ("grader_submission", "grader_result", "grader_simulation", "grader_auditevent")


def freeze(apps, schema_editor):
    _freezing.freeze(schema_editor, *FROZEN)


def thaw(apps, schema_editor):
    _freezing.thaw(schema_editor, *FROZEN)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS grader_row_is_frozen()")


class Migration(migrations.Migration):
    dependencies = [("grader", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
