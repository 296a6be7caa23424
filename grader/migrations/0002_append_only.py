"""Answers, results, simulations and the audit log are written once: the database itself refuses to change or delete them, whoever asks."""

from django.db import migrations

FROZEN = ("grader_submission", "grader_result", "grader_simulation", "grader_auditevent")

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION grader_row_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: rows are kept as they were written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # Without parameters: the % in its text is plpgsql's own.
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        for table in FROZEN:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION grader_row_is_frozen()"
            )
        return
    for table in FROZEN:
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: rows are kept as they were written'); END"
            )


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in FROZEN:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}")
        schema_editor.execute("DROP FUNCTION IF EXISTS grader_row_is_frozen()")
        return
    for table in FROZEN:
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{event}")


class Migration(migrations.Migration):
    dependencies = [("grader", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
