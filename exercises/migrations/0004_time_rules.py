"""Late credit, time limits, what is shown when. Assignments that exist keep their choice of when the right answers are shown."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import exercises.models.course


def keep_choices(apps, schema_editor):
    # The wrong model's refutation hints at what is right: it comes with the right answers, as they were asked for.
    apps.get_model("exercises", "Assignment").objects.update(reveal_model=models.F("reveal"))


class Migration(migrations.Migration):
    dependencies = [
        ("exercises", "0003_membership_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begun_at", models.DateTimeField(help_text="By the database's clock.")),
            ],
            options={
                "ordering": ["assignment", "begun_at"],
            },
        ),
        migrations.RemoveField(
            model_name="assignment",
            name="lab_open",
        ),
        migrations.AddField(
            model_name="assignment",
            name="late_steps",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="What late answers still earn. Empty: nothing is accepted late.",
                validators=[exercises.models.course.read_late_steps],
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reveal_at",
            field=models.DateTimeField(blank=True, help_text="For what is shown “on a date”.", null=True, verbose_name="reveal date"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reveal_model",
            field=models.CharField(
                choices=[
                    ("at_once", "at once"),
                    ("after_attempts", "to each student as soon as their own attempts are used, while classmates may still answer"),
                    ("after_due", "when the time is over"),
                    ("on_date", "on a date"),
                    ("never", "never"),
                ],
                default="after_due",
                help_text="It says what is wrong with the model, and so hints at what is right. Not before which answers are right.",
                max_length=16,
                verbose_name="the wrong model behind an answer",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reveal_score",
            field=models.CharField(
                choices=[
                    ("at_once", "at once"),
                    ("after_attempts", "to each student as soon as their own attempts are used, while classmates may still answer"),
                    ("after_due", "when the time is over"),
                    ("on_date", "on a date"),
                    ("never", "never"),
                ],
                default="at_once",
                help_text="How many points an attempt earned.",
                max_length=16,
                verbose_name="the score",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reveal_together",
            field=models.BooleanField(
                default=True,
                help_text="What says what is right is held until the last person who may still answer the exercise is done, extensions and other courses included. Off: each student sees it when their own time is over, and may tell those who still answer.",
                verbose_name="hold for the whole class",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="reveal_which",
            field=models.CharField(
                choices=[
                    ("at_once", "at once"),
                    ("after_attempts", "to each student as soon as their own attempts are used, while classmates may still answer"),
                    ("after_due", "when the time is over"),
                    ("on_date", "on a date"),
                    ("never", "never"),
                ],
                default="at_once",
                help_text="Not before the score.",
                max_length=16,
                verbose_name="which answers are right",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="time_limit_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Minutes that each student has from the moment they begin. The end of the assignment ends them too. Empty: no limit.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="extra_attempts",
            field=models.PositiveIntegerField(default=0, help_text="At each exercise of the assignment."),
        ),
        migrations.AddField(
            model_name="extension",
            name="time_multiplier",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal("1"),
                help_text="For an assignment with a time limit: 1.5 makes 90 minutes of 60.",
                max_digits=4,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("1")),
                    django.core.validators.MaxValueValidator(Decimal("10")),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="reveal",
            field=models.CharField(
                choices=[
                    ("after_attempts", "to each student as soon as their own attempts are used, while classmates may still answer"),
                    ("after_due", "when the time is over"),
                    ("on_date", "on a date"),
                    ("never", "never"),
                ],
                default="after_due",
                help_text="Never to somebody who may still answer the exercise, here or in another assignment.",
                max_length=16,
                verbose_name="the right answers, and why",
            ),
        ),
        migrations.AlterField(
            model_name="course",
            name="grace_seconds",
            field=models.PositiveIntegerField(
                default=0, help_text="An answer received this long after a due time still counts as in time, and is not called late."
            ),
        ),
        migrations.AlterField(
            model_name="extension",
            name="due_at",
            field=models.DateTimeField(blank=True, help_text="Empty: the due time of everybody.", null=True),
        ),
        migrations.AlterConstraint(
            model_name="extension",
            name="extension_once",
            constraint=models.UniqueConstraint(
                fields=("assignment", "user"),
                name="extension_once",
                violation_error_message="This student has an extension of this assignment already. Change that one.",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="assignment",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sittings", to="exercises.assignment"),
        ),
        migrations.AddField(
            model_name="sitting",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sittings", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.UniqueConstraint(fields=("assignment", "user"), name="sitting_once"),
        ),
        migrations.RunPython(keep_choices, migrations.RunPython.noop),
    ]
