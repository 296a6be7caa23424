from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    name = "exercises"
    label = "exercises"
    verbose_name = "Courses and exercises"
    default_auto_field = "django.db.models.BigAutoField"
