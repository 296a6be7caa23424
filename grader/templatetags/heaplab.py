"""Words and signs used on every page."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil

import sim
from exercises.clock import clock, database_now, dated
from exercises.models import Course, User

register = template.Library()

# Each sign differs in shape as well as in colour. All are decoration: the word beside them says the same.
SIGNS = {
    "good": ('<circle cx="8" cy="8" r="7"/>', '<path d="M4.6 8.3l2.3 2.3 4.5-4.9"/>'),
    "bad": ('<rect x="1.5" y="1.5" width="13" height="13" rx="2"/>', '<path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"/>'),
    "part": ('<path d="M8 1.3l6.7 6.7L8 14.7 1.3 8z"/>', '<path d="M5.2 8h5.6"/>'),
    "wait": ('<circle cx="8" cy="8" r="7" stroke-dasharray="3 2.2"/>', '<path d="M8 4.4V8l2.4 1.6"/>'),
    "none": ('<circle cx="8" cy="8" r="6.4"/>', ""),
    "idea": ('<path d="M5.6 11.2C4 10.2 3.2 8.7 3.2 7a4.8 4.8 0 019.6 0c0 1.7-.8 3.2-2.4 4.2z"/>', '<path d="M6.2 13.4h3.6M7 15.2h2"/>'),
    "warn": ('<path d="M8 1.8L15 14H1z"/>', '<path d="M8 6.4v3.4M8 11.7v.2"/>'),
}
STROKE = '<g fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'


@register.simple_tag
def sign(name: str) -> SafeString:
    # Safe: the drawings stand above, and nothing of a user's is in them.
    return mark_safe(f'<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{STROKE}{"".join(SIGNS[name])}</g></svg>')


@register.filter
def number(value: Decimal | float | int | None) -> str:
    """1, 0.5, 0.33: no zeros for show."""
    if value is None:
        return "–"
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


@register.filter
def tenth(value: float) -> str:
    """A number that is only expected: one place behind the point, and none where it says nothing."""
    return f"{value:.1f}".removesuffix(".0")


@register.filter
def from_top(height: float) -> float:
    """Where a bar of this height begins in a drawing that is 100 high."""
    return round(100 - height, 1)


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@register.filter
def in_words(count: int) -> str:
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


@register.filter
def enumerated(values: list[Any]) -> str:
    """1, 2 and 3."""
    return sim.enumerated([str(one) for one in values])


@register.filter
def ticked(text: str) -> SafeString:
    """What stands between backticks is code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # one without its partner
        return format_html("{}", text)
    shown = [format_html("<code>{}</code>", one) if place % 2 else one for place, one in enumerate(pieces)]
    return format_html_join("", "{}", ((one,) for one in shown))


@register.filter
def percent(value: float | None) -> str:
    return "–" if value is None else f"{round(100 * value)} %"


@register.simple_tag(takes_context=True)
def moment(context: Context, when: datetime, course: Course) -> SafeString:
    """A time in the person's own zone, named, and the course's beside it where that differs; with the machine-readable moment."""
    local, theirs = when.astimezone(course.zone()), own_zone(context)
    if theirs is None or when.astimezone(theirs).utcoffset() == local.utcoffset():
        return format_html('<time datetime="{}">{}</time>', when.isoformat(), dated(local))
    own = when.astimezone(theirs)
    beside = clock(local) if own.date() == local.date() else dated(local)
    return format_html('<time datetime="{}">{}</time> <span class="soft">(in the course: {})</span>', when.isoformat(), dated(own), beside)


@register.simple_tag(takes_context=True)
def zones(context: Context, course: Course) -> str:
    own = own_zone(context)
    if own is None or own == course.zone():
        return f"times are in {course.time_zone}"
    return f"times are in your own zone, {own}; the course’s is {course.time_zone}"


def own_zone(context: Context) -> ZoneInfo | None:
    user = context.get("user")
    return user.zone() if isinstance(user, User) else None


@register.simple_tag(takes_context=True)
def now_in(context: Context, zone: str) -> str:
    return dated(context["now"].astimezone(ZoneInfo(zone)))


@register.simple_tag
def current_zone() -> str:
    """By its name: its letters change with the season, and what is typed may be for another one."""
    return str(timezone.get_current_timezone())


@register.filter
def minutes(span: timedelta) -> str:
    """90 minutes, 1 hour, 2 hours 30 minutes."""
    hours, rest = divmod(round(span.total_seconds() / 60), 60)
    parts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((hours, "hour"), (rest, "minute")) if count]
    return " ".join(parts) or "less than a minute"


@register.simple_tag(takes_context=True)
def distance(context: Context, when: datetime) -> str:
    """How far away from the page's `now`, in words: "in 4 days" or "2 hours ago". The first unit is enough."""
    now = context.get("now") or database_now()
    if abs((when - now).total_seconds()) < 60:
        return "now"
    span = timeuntil(when, now, depth=1) if when > now else timesince(when, now, depth=1)
    # timesince puts a no-break space inside, which is right on the page.
    return f"in {span}" if when > now else f"{span} ago"


@register.simple_tag
def length(span: timedelta) -> str:
    """A length of time by its first unit: "2 hours"."""
    end = datetime(2001, 1, 1)  # any day: only the length counts
    return timesince(end - span, end, depth=1)


@register.filter
def entry(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key)
