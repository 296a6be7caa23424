"""Who tries passwords too often is slowed: per account and address, before anything is hashed. Django-axes counts; its rules are set here.

A lecture hall sits behind one address, so an address alone is never stopped; an account alone neither, or anybody could lock its owner out.
Whether an account exists shows nowhere: unknown names are counted, refused and timed like known ones.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class PasswordHasher(Argon2PasswordHasher):
    """OWASP's least for Argon2id: as hard to guess on a graphics card, and a tenth of the processor time that PBKDF2 takes from us.

    Three hundred who sign in at the beginning of a lecture are served in seconds.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


def address_of(request: HttpRequest) -> str | None:
    """What failures are counted under. One household has a whole /64 of IPv6 addresses, so all of them count as one."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return str(address)


def name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """What failures are counted under, beside the address: no more of it than the table of failures has room for."""
    name = (credentials or request.POST).get("username")
    return None if name is None else str(name)[:255]


def too_often(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """The sign-in page again, with how long to wait; for a right password too, or trying would go on.

    Who is signed in guessed at the password that is to be changed, and is told so without the form.
    """
    minutes = round(settings.AXES_COOLOFF_TIME.total_seconds() / 60)
    if request.user.is_authenticated:
        sentence = f"Too many passwords were tried for this name from this network. Wait {minutes} minutes, then try again."
        answer = render(request, "refused.html", {"status": 429, "title": "Too many tries", "sentence": sentence}, status=429)
    else:
        context = {"minutes": minutes, "next": request.POST.get("next", "")}
        answer = render(request, "web/sign_in.html", context, status=429)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
