"""One diagnosis for every result, by all answers up to it. What was found before is carried over as far as it says the same, and is found again."""

import django.db.models.deletion
from django.db import migrations, models

from grader.migrations import _freezing

AT_ONCE = 500
COUNTING = """
SELECT id FROM (
  SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.submission_id ORDER BY g.applied_at DESC NULLS LAST, r.id DESC) AS newest
  FROM grader_result r LEFT JOIN grader_regrading g ON g.id = r.regrading_id
  WHERE r.regrading_id IS NULL OR (g.applied_at IS NOT NULL AND g.undone_at IS NULL)
) counting WHERE newest = 1
"""
# Where nothing was wrong there was no row. These, too, were looked at, and are found again behind all that somebody waits for.
THE_OTHERS = """
INSERT INTO grader_diagnosis (result_id, found_at, questions, slip)
SELECT id, created_at, '{}', FALSE FROM grader_result r WHERE NOT EXISTS (SELECT 1 FROM grader_diagnosis d WHERE d.result_id = r.id)
"""


def carry_over(apps, schema_editor):
    Diagnosis, Response = (apps.get_model("grader", name) for name in ("Diagnosis", "Response"))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNTING)
        counting = {row[0] for row in cursor.fetchall()}
    keys = list(Diagnosis.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        rows = list(Diagnosis.objects.filter(pk__in=keys[start : start + AT_ONCE]).select_related("result"))
        for one in rows:
            joint = [model["id"] for model in one.models]
            one.models = joint[:2]
            one.idea = {0: "slips" if one.slip else "open", 1: "one"}.get(len(joint), "either") if one.found_at else ""
            one.weights = {name: round(1 / len(joint), 4) for name in joint}
            one.explains = {}
            for question, given in one.questions.items():
                for name in given:
                    one.explains.setdefault(name, []).append(question)
        Diagnosis.objects.bulk_update(rows, ["models", "idea", "weights", "explains"])
        of_submission = {one.result.submission_id: one for one in rows if one.pk in counting}
        responses = list(Response.objects.filter(submission__in=of_submission, right=False))
        for response in responses:
            one = of_submission[response.submission_id]
            response.models = {name: one.weights.get(name, 0) for name in one.questions.get(response.question, {})}
        Response.objects.bulk_update(responses, ["models"])
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(THE_OTHERS)
    _freezing.settle(schema_editor)


def json_field(value, text):
    kind = type(value)
    return models.JSONField(blank=True, default=kind, db_default=models.Value(value, models.JSONField()), help_text=text)


class Migration(migrations.Migration):
    dependencies = [("grader", "0010_standings_without_a_digest")]

    operations = [
        migrations.AlterField(
            "diagnosis",
            "found_at",
            models.DateTimeField(blank=True, help_text="Empty: it is still being looked for.", null=True),
        ),
        migrations.AddField(
            "diagnosis",
            "method",
            models.PositiveIntegerField(
                default=0, db_default=0, help_text="The version of the method. Less than today's: it is found again."
            ),
        ),
        migrations.AddField(
            "diagnosis",
            "idea",
            models.CharField(
                max_length=8,
                blank=True,
                default="",
                db_default="",
                help_text="What may be said: one, either, both, other, slips, open. Empty: nothing is wrong.",
            ),
        ),
        migrations.AlterField("diagnosis", "models", json_field([], "The models that are named then, the likeliest first.")),
        migrations.AddField(
            "diagnosis",
            "weights",
            json_field({}, "Model, none, other, or two models with a plus, to weight. They add to 1; rest is what says nothing."),
        ),
        migrations.AddField("diagnosis", "explains", json_field({}, "Model to the wrong answers of this result that it gives.")),
        migrations.AddField(
            "diagnosis",
            "contradicts",
            json_field({}, "Model to the answers, right ones too, that its holder would not have given."),
        ),
        migrations.AddField("diagnosis", "untold", json_field([], "Groups of models that no answer so far tells apart.")),
        migrations.AddField("diagnosis", "rests_on", json_field([], "The results whose answers were weighed: their numbers.")),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField("diagnosis", "questions"),
        migrations.RemoveField("diagnosis", "slip"),
        migrations.AddIndex("diagnosis", models.Index(fields=["method"], name="diagnosis_method")),
        migrations.AlterField(
            "response",
            "models",
            models.JSONField(blank=True, default=dict, help_text="Model id to the weight of the wrong model that gives this wrong answer."),
        ),
        migrations.CreateModel(
            name="ModelAnswers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("python", models.CharField(max_length=8)),
                ("edition", models.CharField(max_length=80, help_text="The models and the simulator that it was worked out with.")),
                ("questions", models.JSONField(help_text="Question id to what is right, and model to its answer.")),
                (
                    "revision",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="exercises.revision"),
                ),
            ],
            options={
                "verbose_name_plural": "answers of models",
                "constraints": [models.UniqueConstraint(fields=["revision", "python", "edition"], name="model_answers_once")],
            },
        ),
    ]
