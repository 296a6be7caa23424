"""One row for each answered question, and what wrong models say apart from the result: both are filled from what results held."""

import hashlib
import json

import django.db.models.deletion
from django.db import migrations, models

from grader.migrations import _freezing

COUNTING = """
SELECT id FROM (
  SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.submission_id ORDER BY g.applied_at DESC NULLS LAST, r.id DESC) AS newest
  FROM grader_result r LEFT JOIN grader_regrading g ON g.id = r.regrading_id
  WHERE r.regrading_id IS NULL OR (g.applied_at IS NOT NULL AND g.undone_at IS NULL)
) counting WHERE newest = 1
"""
AT_ONCE = 500


def fill(apps, schema_editor):
    Result, Diagnosis, Response = (apps.get_model("grader", name) for name in ("Result", "Diagnosis", "Response"))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNTING)
        counting = {row[0] for row in cursor.fetchall()}
    keys = list(Result.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        diagnoses, responses = [], []
        for one in Result.objects.filter(pk__in=keys[start : start + AT_ONCE]).select_related("submission"):
            given = [question for question in one.evidence["questions"] if question["answer"] is not None]
            weighed = {question["id"]: weights(question) for question in given}
            if any(not question["right"] for question in given):
                whole = [{key: model.get(key, False) for key in ("id", "explains_right_answers_too")} for model in found(one.evidence)]
                diagnoses.append(
                    Diagnosis(
                        result=one,
                        found_at=one.created_at,
                        questions={name: models for name, models in weighed.items() if models},
                        models=whole,
                        slip=one.evidence.get("slip", False),
                    )
                )
            if one.pk in counting:
                responses += [response(Response, one, question, weighed[question["id"]]) for question in given]
        Diagnosis.objects.bulk_create(diagnoses)
        Response.objects.bulk_create(responses)
    _freezing.settle(schema_editor)


def found(evidence):
    return evidence.get("misconceptions", [])


def weights(question):
    names = [model["id"] for model in found(question)]
    return {name: round(1 / len(names), 4) for name in names}


def response(Response, result, question, models):
    answer = json.dumps(question["answer"], sort_keys=True)
    return Response(
        submission_id=result.submission_id,
        question=question["id"],
        revision_id=result.revision_id,
        answer_digest=hashlib.sha256(answer.encode()).hexdigest(),
        answer=question["answer"],
        answer_text=question["answer_text"],
        fraction=round(question["fraction"], 8),
        right=question["right"],
        confidence=result.submission.confidence.get(question["id"]),
        models=models,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("exercises", "0005_revision_shown"),
        ("grader", "0008_the_wall_in_full"),
    ]

    operations = [
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="diagnosis",
                        serialize=False,
                        to="grader.result",
                    ),
                ),
                ("found_at", models.DateTimeField(blank=True, help_text="Empty: the models are still being looked for.", null=True)),
                (
                    "questions",
                    models.JSONField(blank=True, default=dict, help_text="Question id to model id to weight; the weights of one sum to 1."),
                ),
                (
                    "models",
                    models.JSONField(blank=True, default=list, help_text="The models that give every wrong answer, the likeliest first."),
                ),
                ("slip", models.BooleanField(default=False, help_text="No known model gives any of the wrong answers.")),
            ],
            options={
                "verbose_name_plural": "diagnoses",
                "indexes": [models.Index(condition=models.Q(("found_at__isnull", True)), fields=["result"], name="diagnosis_wanted")],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=60)),
                ("answer_digest", models.CharField(max_length=64)),
                ("answer", models.JSONField(null=True)),
                ("answer_text", models.TextField()),
                ("fraction", models.DecimalField(decimal_places=8, max_digits=9)),
                ("right", models.BooleanField()),
                ("confidence", models.PositiveSmallIntegerField(null=True)),
                (
                    "models",
                    models.JSONField(blank=True, default=dict, help_text="Model id to weight: the wrong models that give this answer."),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        help_text="The one it was marked against.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exercises.revision",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="responses", to="grader.submission"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("submission", "question"), name="response_once")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
