from django.apps import AppConfig

from config.celery import app


class HeaplabConfig(AppConfig):
    """Makes our Celery application the one that every task of the process rings, and holds the commands of the whole."""

    name = "config"
    celery = app
