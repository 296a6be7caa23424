from importlib import import_module

from django.apps import AppConfig

from config.celery import app


class HeaplabConfig(AppConfig):
    """Makes our Celery application the one that every task of the process rings, and holds the commands of the whole."""

    name = "config"
    celery = app

    def ready(self) -> None:
        # What asks models can be loaded only once they are there.
        import_module("config.audit_trail")
        import_module("config.database_roles")
