"""The triggers that make a table append-only. A migration that must fill a column of such a table thaws it and freezes it again.

On SQLite a changed column means a new table, which comes without the old one's triggers: there, freezing again is needed in any case.
"""

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION grader_row_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: rows are kept as they were written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def freeze(schema_editor, *tables):
    thaw(schema_editor, *tables)
    if schema_editor.connection.vendor == "postgresql":
        # Without parameters: the % in its text is plpgsql's own.
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        for table in tables:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION grader_row_is_frozen()"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION grader_row_is_frozen()"
            )
        return
    for table in tables:
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: rows are kept as they were written'); END"
            )


def thaw(schema_editor, *tables):
    for table in tables:
        if schema_editor.connection.vendor == "postgresql":
            for kind in ("frozen", "kept_whole"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{kind} ON {table}")
        else:
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{event}")


def settle(schema_editor):
    """PostgreSQL checks foreign keys at the end of a transaction, and changes no table that still has some to check: check them now."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")
