from __future__ import annotations

from django.db.models import (
    PROTECT,
    BooleanField,
    CharField,
    DateTimeField,
    DecimalField,
    ForeignKey,
    Index,
    JSONField,
    Model,
    OneToOneField,
    PositiveSmallIntegerField,
    Q,
    TextField,
    UniqueConstraint,
)

from exercises.models import Revision
from grader.models.result import Result
from grader.models.submission import Submission


class Diagnosis(Model):
    """Which wrong models give a result's wrong answers. A grade never waits for it: the models may be run after the result is stored.

    A result without a wrong answer has none.
    """

    result = OneToOneField(Result, primary_key=True, on_delete=PROTECT, related_name="diagnosis")
    found_at = DateTimeField(null=True, blank=True, help_text="Empty: the models are still being looked for.")
    questions = JSONField(default=dict, blank=True, help_text="Question id to model id to weight; the weights of one sum to 1.")
    models = JSONField(default=list, blank=True, help_text="The models that give every wrong answer, the likeliest first.")
    slip = BooleanField(default=False, help_text="No known model gives any of the wrong answers.")

    class Meta:
        verbose_name_plural = "diagnoses"
        # What waits is a sliver of a table that only grows.
        indexes = [Index(fields=["result"], name="diagnosis_wanted", condition=Q(found_at__isnull=True))]

    def __str__(self) -> str:
        return f"diagnosis of {self.result_id}"


class Response(Model):
    """One answered question, as the result that counts says: every figure about a class is a GROUP BY over these rows.

    Derived from results (marking/responses.py), written with the first of them and again when a regrading is applied or undone.
    """

    submission = ForeignKey(Submission, on_delete=PROTECT, related_name="responses", db_index=False)
    question = CharField(max_length=60)
    revision = ForeignKey(
        Revision, on_delete=PROTECT, related_name="+", db_index=False, help_text="The one it was marked against."
    )
    answer_digest = CharField(max_length=64)
    answer = JSONField(null=True)
    answer_text = TextField()
    fraction = DecimalField(max_digits=9, decimal_places=8)
    right = BooleanField()
    confidence = PositiveSmallIntegerField(null=True)
    models = JSONField(default=dict, blank=True, help_text="Model id to weight: the wrong models that give this answer.")

    class Meta:
        constraints = [UniqueConstraint(fields=["submission", "question"], name="response_once")]

    def __str__(self) -> str:
        return f"{self.question} of {self.submission_id}: {self.answer_text[:40]}"
