"""Seals what was written, so that a change behind everything's back (by an administrator of the database, in a backup) is seen.

The chain: each seal is a digest over records as they stand and over the seal before it. Whoever changes a record, or takes one away, must
make all later seals anew; and cannot, unseen, once the digest of a later one is kept elsewhere. Seals cover the records' own columns, which
name people by number.

A seal names exactly the numbers it covers. Transactions commit in another order than they were given numbers: what appears late, below a
number that is sealed already, goes into a later seal. What appears later than any transaction lasts is not sealed by itself, but named
(`broken`).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from exercises.clock import database_now
from grader.models import AuditEvent, Result, Seal

log = logging.getLogger(__name__)

# A seal that does not match names so many records; one turn of a node makes so many seals, and then grades on.
COVERED = 100
AT_ONCE = 5
# Far longer than any transaction of the service may last (DATABASE_STATEMENT_TIMEOUT, and ten seconds of idleness).
LATEST = timedelta(minutes=15)
Range = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """What a seal of this kind covers. Other columns are another kind: this one stays as it is, for the seals that are there."""

    words: str
    model: type[AuditEvent | Result]
    columns: tuple[str, ...]


KINDS = {
    "events": Kind("audit events", AuditEvent, ("id", "actor_id", "action", "course_id", "target", "detail", "created_at")),
    # A result, and what was handed in for it.
    "results": Kind(
        "results",
        Result,
        (
            *("id", "submission_id", "grader_version", "regrading_id", "fence", "fraction", "worth", "evidence", "revision_id", "seed"),
            *("python", "sim_version", "created_at"),
            *("submission__placement_id", "submission__student_id", "submission__revision_id", "submission__course_id"),
            *("submission__credential_id", "submission__attempt_no", "submission__answers", "submission__confidence"),
            *("submission__idempotency_key", "submission__received_at", "submission__python", "submission__worth", "submission__seed"),
            *("submission__opens_at_snapshot", "submission__due_at_snapshot", "submission__closes_at_snapshot", "submission__credit"),
            *("submission__is_late", "submission__channel"),
        ),
    ),
}


def seal_written(*, most: int | None = AT_ONCE, strays: bool = False) -> int:
    """Returns how many seals it made. Any number of nodes may try at once: a place in the chain is given once, who comes second leaves off.

    `strays`: also what appeared later than it could.
    """
    # Read first: a seal that is made meanwhile takes the number that this one would have.
    last = Seal.objects.order_by("number").last()
    made = 0
    for name in KINDS:
        numbers = unsealed(name, strays=strays)
        while (most is None or made < most) and (covered := list(islice(numbers, COVERED))):
            try:
                last = add(name, covered, last)
            except IntegrityError:
                return made
            made += 1
    if made and last is not None:
        # An operator's logs lie elsewhere than the database: there this is a copy that nobody can change with it.
        log.info("records are sealed up to %s", last)
    return made


def add(name: str, numbers: Sequence[int], last: Seal | None) -> Seal:
    seal = Seal(
        number=last.number + 1 if last else 1,
        kind=name,
        ranges=in_ranges(numbers),
        last=numbers[-1],
        previous=last.digest if last else "",
        sealed_at=database_now(),
    )
    seal.digest, _ = digest_of(seal)
    with transaction.atomic():
        seal.save(force_insert=True)
    return seal


def digest_of(seal: Seal) -> tuple[str, int]:
    """What the seal must say, by the records as they stand now, and how many of them there are."""
    kind = KINDS[seal.kind]
    head = [seal.number, seal.kind, [list(one) for one in seal.ranges], seal.sealed_at, seal.previous]
    digest, found = hashlib.sha256(canonical(head)), 0
    for row in kind.model.objects.filter(within(seal.ranges)).order_by("pk").values_list(*kind.columns):
        digest.update(canonical(row))
        found += 1
    return digest.hexdigest(), found


def canonical(values: Iterable[Any]) -> bytes:
    """One text for one record, whichever database holds it."""
    return json.dumps(list(values), sort_keys=True, separators=(",", ":"), default=plain).encode() + b"\n"


def plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is in no sealed record")


# --- Which records a seal covers, and which none does ---


def in_ranges(numbers: Iterable[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def within(ranges: Iterable[Sequence[int]]) -> Q:
    found = Q(pk__in=[])
    for first, last in ranges:
        found |= Q(pk__range=(first, last))
    return found


def gaps(ranges: Iterable[Range], after: int) -> Iterator[Range]:
    """The numbers between `after` and the last range that are in none of them."""
    reached = after
    for first, last in sorted(ranges):
        if first > reached + 1:
            yield reached + 1, first - 1
        reached = max(reached, last)


def unsealed(name: str, *, strays: bool) -> Iterator[int]:
    """Ascending within what is late, then within what is new."""
    seals, model = Seal.objects.filter(kind=name), KINDS[name].model
    after = 0 if strays else settled(name)
    top = seals.aggregate(top=Max("last"))["top"] or 0
    for gap in gaps(ranges_of(name, after), after):
        yield from model.objects.filter(pk__range=gap).order_by("pk").values_list("pk", flat=True)
    while new := list(model.objects.filter(pk__gt=top).order_by("pk").values_list("pk", flat=True)[:COVERED]):
        yield from new
        top = new[-1]


def settled(name: str) -> int:
    """Up to this number all that could appear has appeared."""
    old = Seal.objects.filter(kind=name, sealed_at__lt=database_now() - LATEST)
    return int(old.aggregate(top=Max("last"))["top"] or 0)


def ranges_of(name: str, after: int) -> list[Range]:
    found = Seal.objects.filter(kind=name, last__gt=after).values_list("ranges", flat=True)
    return [(first, last) for ranges in found for first, last in ranges]


# --- Whether everything is as it was ---


def broken(kept: Mapping[int, str]) -> Iterator[str]:
    """A sentence for each fault. `kept`: digests of seals, by number, that were kept elsewhere."""
    before: Seal | None = None
    for seal in Seal.objects.order_by("number").iterator(chunk_size=500):
        expected = before.number + 1 if before else 1
        if seal.number != expected:
            yield f"Gone: {numbered('seal', [[expected, seal.number - 1]])}."
        elif seal.previous != (before.digest if before else ""):
            yield f"Replaced: seal {seal.number - 1} is not the one that seal {seal.number} was put upon. {covering(before)}"
        yield from unlike(seal)
        if kept.get(seal.number, seal.digest) != seal.digest:
            yield f"Replaced: seal {seal.number} is not the one that was kept. What it and those before it cover may have been changed."
        before = seal
    end = before.number if before else 0
    for number in kept:
        if number > end:
            yield f"Gone: seal {number}, which was kept; the chain ends with {f'seal {end}' if end else 'nothing'}."
    for name, kind in KINDS.items():
        if late := appeared_late(name):
            yield (
                f"Late: {numbered(kind.words, in_ranges(late))}, which no seal covers, appeared long after higher numbers were sealed. "
                "If you know how that came about, `manage.py seal_records --strays` seals them."
            )


def unlike(seal: Seal) -> Iterator[str]:
    if seal.kind not in KINDS:
        yield f"Unknown: seal {seal.number} covers {seal.kind!r}, which this version of Heaplab cannot read."
        return
    digest, found = digest_of(seal)
    if digest == seal.digest:
        return
    count = sum(last - first + 1 for first, last in seal.ranges)
    what = f"{count - found} of {count} are gone" if found < count else "at least one of them, or the seal itself, was changed"
    yield f"Changed: {covering(seal)[:-1]}, and {what}."


def covering(seal: Seal | None) -> str:
    if seal is None:
        return "It would be the first."
    words = KINDS[seal.kind].words if seal.kind in KINDS else seal.kind
    return f"Seal {seal.number} of {seal.sealed_at:%Y-%m-%d %H:%M:%S} UTC covers {numbered(words, seal.ranges)}."


def numbered(words: str, ranges: Iterable[Sequence[int]]) -> str:
    return f"{words} {', '.join(str(first) if first == last else f'{first} to {last}' for first, last in ranges)}"


def appeared_late(name: str) -> list[int]:
    reached = settled(name)
    found: list[int] = []
    for first, last in gaps(ranges_of(name, 0), 0):
        found += KINDS[name].model.objects.filter(pk__range=(first, min(last, reached))).order_by("pk").values_list("pk", flat=True)
    return found
