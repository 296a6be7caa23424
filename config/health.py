"""What a supervisor asks a web process. Liveness speaks of the process alone; readiness of the work and its age.

A process that restarts because the database is away helps nobody, so only readiness asks the database.
"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from grader.reading.health import due_work


@login_not_required
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"live": True})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    try:
        due = due_work()
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "the database does not answer"}, status=503)
    return JsonResponse({"ready": True, "due": due.count, "oldest_due_seconds": round(due.oldest_seconds, 1)})
