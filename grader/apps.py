from django.apps import AppConfig


class GraderConfig(AppConfig):
    name = "grader"
    label = "grader"
    verbose_name = "Answers and grades"
    default_auto_field = "django.db.models.BigAutoField"
