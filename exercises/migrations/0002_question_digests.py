"""Questions of revisions stored before get their digest, worked out from the source; their ids stay as answers know them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from exercises.reading.comments import question_comments
from exercises.reading.identity import content_digest


def fill_digests(apps: Any, schema_editor: Any) -> None:
    for revision in apps.get_model("exercises", "Revision").objects.order_by("pk").iterator(chunk_size=200):
        lines = revision.source.split("\n")
        # The questions of a spec stand in the order of their comments.
        for question, comment in zip(revision.spec["questions"], question_comments(revision.source), strict=False):
            question.setdefault("digest", content_digest(comment.words, lines[question["line"] - 1]))
        for question in revision.spec["questions"]:
            question.setdefault("digest", "")  # of a revision whose spec was written by hand
        revision.save(update_fields=["spec"])


class Migration(migrations.Migration):
    dependencies = [("exercises", "0001_first")]
    operations = [migrations.RunPython(fill_digests, migrations.RunPython.noop, elidable=True)]
