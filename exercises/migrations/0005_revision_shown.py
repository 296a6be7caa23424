"""The program as students see it is stored with the revision: until now every page worked it out from the source."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from exercises.formats import ExerciseError
from exercises.reading.shown import VERSION, shown_of


def fill_shown(apps: Any, schema_editor: Any) -> None:
    for revision in apps.get_model("exercises", "Revision").objects.order_by("pk").iterator(chunk_size=200):
        try:
            revision.shown = shown_of(revision.source)
        except ExerciseError:
            # Not loaded by us: a source without a block at its head is shown as it stands.
            revision.shown = {"version": VERSION, "lines": [[line] for line in revision.source.split("\n")]}
        revision.save(update_fields=["shown"])


class Migration(migrations.Migration):
    dependencies = [("exercises", "0004_time_rules")]
    operations = [
        migrations.AddField(
            "revision",
            "shown",
            models.JSONField(default=dict, help_text="The program as students see it, with its colours; derived from the source."),
        ),
        migrations.RunPython(fill_shown, migrations.RunPython.noop, elidable=True),
    ]
