"""What a person decides about their own account."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from exercises.clock import database_now
from exercises.models import User
from grader.models import AuditEvent
from grader.reading.personal import stored_about
from grader.web.people import signed_in


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("time_zone",)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    # A copy: what is refused must not show in the rest of the page.
    user = User.objects.get(pk=signed_in(request).pk)
    form = AccountForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"Times are shown in {user.time_zone or 'the own zone of each course'}.")
        return redirect("account")
    # Those of places: the others are abbreviations and old names.
    zones = sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc/"))
    context = {"form": form, "zones": zones, "now": database_now()}
    return render(request, "web/account.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def own_data(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    document = stored_about(user, for_themselves=True)
    AuditEvent.record(user, "person.exported", target=f"user {user.pk}")
    response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="heaplab-about-me.json"'
    return response


class PasswordForm(PasswordChangeForm):
    """Guesses at the present password are counted, and stopped, as guesses at the sign-in are (config/signing_in.py)."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        typed: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=typed) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return typed


@method_decorator(never_cache, name="dispatch")
class Password(PasswordChangeView):
    """Whoever knows the present password sets another. Every other place where the account is signed in is signed out by it."""

    template_name = "web/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("account")
    http_method_names = ["get", "head", "post"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = signed_in(self.request)
        AuditEvent.record(user, "password.changed", target=f"user {user.pk}")
        messages.success(self.request, "Your password is changed. Wherever else you were signed in, you are signed out.")
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
