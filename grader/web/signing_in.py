"""Ways to a password for somebody who has none, or forgot it: a link from the staff, and the same link by mail where mail is set up."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.core.mail import EmailMessage
from django.db import close_old_connections, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exercises.clock import database_now
from exercises.models import User
from grader.deciding.sign_in_links import DAYS, SIGNATURE, meant_by, path_for
from grader.models import AuditEvent

log = logging.getLogger(__name__)

# One account is written to once in so long, whoever asks.
PAUSE = timedelta(minutes=10)
# Mail is sent one at a time; this many may wait.
WAITING = BoundedSemaphore(200)
POSTMAN = ThreadPoolExecutor(1, "mail")


@method_decorator(login_not_required, name="dispatch")
class ByLink(PasswordResetConfirmView):
    """The link leads on to an address without its secret, which no log, history or Referer holds. Looking uses nothing up; setting a
    password does.
    """

    template_name = "web/by_link.html"
    token_generator = SIGNATURE
    http_method_names = ["get", "head", "post"]
    user: User | None

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(*args, **kwargs)
        if 300 <= response.status_code < 400:
            response.headers["Referrer-Policy"] = "no-referrer"
        elif not self.validlink:
            response.status_code = 410
        return response

    def get_user(self, uidb64: str) -> User | None:
        found: User | None = super().get_user(uidb64)
        return found if found and found.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            # Two who send the form at once: the second finds the password changed.
            person = User.objects.select_for_update().get(pk=form.user.pk)
            if not SIGNATURE.check_token(person, self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, "")):
                self.validlink = False
                return self.render_to_response(self.get_context_data())
            form.user = person
            form.save()
            AuditEvent.record(person, "sign_in_link.used", target=f"user {person.pk}")
            login(self.request, person, "django.contrib.auth.backends.ModelBackend")
        messages.success(self.request, f"Your password is set, and you are signed in. Next time sign in as {person.username}.")
        return redirect("courses")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Says the same, and takes as long, whoever is meant: the account is looked for after the answer."""
    context = {"mail": settings.MAIL, "days": DAYS}
    if request.method != "POST" or not settings.MAIL:
        return render(request, "web/forgotten.html", context)
    typed = request.POST.get("who", "")[:254].strip()
    if not typed:
        return render(
            request, "web/forgotten.html", context | {"problem": "Type your user name, or the e-mail address of your account."}, status=422
        )
    if not WAITING.acquire(blocking=False):
        problem = "Too many people asked for a link just now. Try again in a few minutes."
        return render(request, "web/forgotten.html", context | {"problem": problem, "who": typed}, status=503)
    POSTMAN.submit(send, typed)
    return render(request, "web/forgotten.html", context | {"sent": True})


def send(typed: str) -> None:
    try:
        close_old_connections()
        for person in meant_by(typed):
            mail_to(person)
    except Exception:
        # Not who it was for: what somebody typed is nothing for a log.
        log.exception("a sign-in link could not be sent by mail")
    finally:
        close_old_connections()
        WAITING.release()


def mail_to(person: User) -> None:
    """To the address of the account, never to one that was typed."""
    mailed = AuditEvent.objects.filter(action="sign_in_link.mailed", target=f"user {person.pk}")
    if mailed.filter(created_at__gt=database_now() - PAUSE).exists():
        return
    link = f"{settings.PUBLIC.scheme}://{settings.PUBLIC.netloc}{path_for(person)}"
    text = render_to_string("web/mail_with_link.txt", {"person": person, "link": link, "days": DAYS})
    # Recorded first: where the mail server fails slowly, nobody can have it asked again and again.
    AuditEvent.record(None, "sign_in_link.mailed", target=f"user {person.pk}")
    EmailMessage("Your sign-in link for Heaplab", text, to=[person.email]).send()
