from __future__ import annotations

from django.db.models import (
    CASCADE,
    PROTECT,
    BooleanField,
    CharField,
    DateTimeField,
    DecimalField,
    F,
    ForeignKey,
    Index,
    JSONField,
    Model,
    OneToOneField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    TextField,
    UniqueConstraint,
    Value,
    Window,
)
from django.db.models.functions import RowNumber

from exercises.models import Revision
from grader.models.result import Result
from grader.models.submission import Submission


class Diagnosis(Model):
    """What all of a student's answers up to a result say about the wrong model behind them. Every result has one, beside it: a grade never
    waits for it, and none changes with it.

    It is found after the grade, and again when the method or a model has changed, or a result that it rests on counts no more.
    """

    result = OneToOneField(Result, primary_key=True, on_delete=PROTECT, related_name="diagnosis")
    found_at = DateTimeField(null=True, blank=True, help_text="Empty: it is still being looked for.")
    method = PositiveIntegerField(default=0, db_default=0, help_text="The version of the method. Less than today's: it is found again.")
    idea = CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        help_text="What may be said: one, either, both, other, slips, open. Empty: nothing is wrong.",
    )
    models = JSONField(
        default=list, db_default=Value([], JSONField()), blank=True, help_text="The models that are named then, the likeliest first."
    )
    weights = JSONField(
        default=dict,
        db_default=Value({}, JSONField()),
        blank=True,
        help_text="Model, none, other, or two models with a plus, to weight. They add to 1; rest is what says nothing.",
    )
    explains = JSONField(
        default=dict, db_default=Value({}, JSONField()), blank=True, help_text="Model to the wrong answers of this result that it gives."
    )
    contradicts = JSONField(
        default=dict,
        db_default=Value({}, JSONField()),
        blank=True,
        help_text="Model to the answers, right ones too, that its holder would not have given.",
    )
    untold = JSONField(
        default=list, db_default=Value([], JSONField()), blank=True, help_text="Groups of models that no answer so far tells apart."
    )
    rests_on = JSONField(
        default=list, db_default=Value([], JSONField()), blank=True, help_text="The results whose answers were weighed: their numbers."
    )

    class Meta:
        verbose_name_plural = "diagnoses"
        indexes = [
            # What waits is a sliver of a table that only grows.
            Index(fields=["result"], name="diagnosis_wanted", condition=Q(found_at__isnull=True)),
            Index(fields=["method"], name="diagnosis_method"),
        ]

    def __str__(self) -> str:
        return f"diagnosis of {self.result_id}"


def latest(diagnoses: QuerySet[Diagnosis]) -> QuerySet[Diagnosis]:
    """Of each student the one beside the latest of the results that count, as far as it is found."""
    counts = Q(result__regrading=None) | Q(result__regrading__applied_at__isnull=False, result__regrading__undone_at=None)
    order = [F("result__submission__received_at").desc(), F("result__regrading__applied_at").desc(nulls_last=True), F("result").desc()]
    rank = Window(RowNumber(), partition_by=F("result__submission__student"), order_by=order)
    return diagnoses.filter(counts).exclude(found_at=None).annotate(newest=rank).filter(newest=1)


class ModelAnswers(Model):
    """What is right at an exercise's questions and what each wrong model answers otherwise: worked out once, from the runs of all models.

    Pages choose questions by it, and run nothing. As secret as the truth.
    """

    revision = ForeignKey(Revision, on_delete=CASCADE, related_name="+")
    python = CharField(max_length=8)
    edition = CharField(max_length=80, help_text="The models and the simulator that it was worked out with.")
    questions = JSONField(help_text="Question id to what is right, and model to its answer.")

    class Meta:
        verbose_name_plural = "answers of models"
        constraints = [UniqueConstraint(fields=["revision", "python", "edition"], name="model_answers_once")]

    def __str__(self) -> str:
        return f"what models answer to {self.revision_id} under Python {self.python}"


class Response(Model):
    """One answered question, as the result that counts says: every figure about a class is a GROUP BY over these rows.

    Derived from results (marking/responses.py), written with the first of them and again when a regrading is applied or undone.
    """

    submission = ForeignKey(Submission, on_delete=PROTECT, related_name="responses", db_index=False)
    question = CharField(max_length=60)
    revision = ForeignKey(Revision, on_delete=PROTECT, related_name="+", db_index=False, help_text="The one it was marked against.")
    answer_digest = CharField(max_length=64)
    answer = JSONField(null=True)
    answer_text = TextField()
    fraction = DecimalField(max_digits=9, decimal_places=8)
    right = BooleanField()
    confidence = PositiveSmallIntegerField(null=True)
    models = JSONField(default=dict, blank=True, help_text="Model id to the weight of the wrong model that gives this wrong answer.")

    class Meta:
        constraints = [UniqueConstraint(fields=["submission", "question"], name="response_once")]

    def __str__(self) -> str:
        return f"{self.question} of {self.submission_id}: {self.answer_text[:40]}"
