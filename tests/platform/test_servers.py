"""The suite runs on what a fleet runs on."""

import redis
from django.conf import settings
from django.db import connection


def test_the_suite_runs_on_a_real_postgresql(db: None) -> None:
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 6 * 7")
        assert cursor.fetchone() == (42,)


def test_the_suite_rings_a_real_broker_that_never_evicts_a_message() -> None:
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    assert broker.ping()
    assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
