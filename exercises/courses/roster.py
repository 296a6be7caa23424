"""A course's students as a list from elsewhere: read, compared with who is in the course, and only then written, all of it or nothing.

read() knows files, compare() knows the course, write() changes it. A list says who studies; it never makes staff, and it never changes
the account of somebody who has signed in or is in another course: whoever could do that could take the account over.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower, Now

from exercises.models import Course, Membership, User

MOST_ROWS = 20_000
MOST_BYTES = 2_000_000
BATCH = 1000
# What people and systems call a column, in lower case and without anything but letters and digits.
SPELLINGS = {
    "username": "username user login loginid loginname netid uid userid account accountname benutzername kennung sisloginid",
    "email": "email mail emailaddress emailadresse mailadresse",
    "first_name": "firstname first givenname forename vorname",
    "last_name": "lastname last surname familyname nachname",
    "full_name": "name fullname studentname student displayname",
    "student_number": "studentnumber studentno studentid number idnumber matriculationnumber matrikelnummer matrikelnr sisuserid sisid",
    "section": "section sections group class tutorial gruppe kurs",
}
COLUMNS = {spelling: name for name, spellings in SPELLINGS.items() for spelling in spellings.split()}


class Unreadable(Exception):
    """Why nothing can be made of a list, and what to do."""


@dataclass(frozen=True)
class Problem:
    line: int
    message: str


@dataclass(frozen=True)
class Entry:
    """One student as the list has them. None: the list has no such column, so nothing is said about it."""

    line: int
    username: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    student_number: str | None = None
    section: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip()


ACCOUNT = ("first_name", "last_name", "email")
MEMBER = ("student_number", "section")
LONGEST = {"first_name": 150, "last_name": 150, "email": 254, "student_number": 40, "section": 40}  # as the columns of the database are
WORDS = {
    "username": "user name",
    "full_name": "name",
    "first_name": "first name",
    "last_name": "last name",
    "email": "e-mail",
    "student_number": "student number",
    "section": "section",
}


@dataclass(frozen=True)
class Roster:
    entries: list[Entry]
    problems: list[Problem]


@dataclass(frozen=True)
class Change:
    """What the list says otherwise: words for the page, and the values to write."""

    entry: Entry
    user: User
    membership: Membership | None
    account: dict[str, str]
    member: dict[str, Any]
    told: list[str]


@dataclass
class Comparison:
    new: list[Entry] = field(default_factory=list)  # without an account
    joining: list[Change] = field(default_factory=list)  # with an account, not in the course yet or not any more
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    gone: list[Membership] = field(default_factory=list)  # in the course, not in the list
    notes: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of what would be written: a preview and what follows it are about the same."""
        lines = [f"new {one}" for one in self.new]
        lines += [f"joining {one.user.pk} {one.account} {one.member}" for one in self.joining]
        lines += [f"changed {one.user.pk} {one.account} {one.member}" for one in self.changed]
        lines += [f"gone {one.pk}" for one in self.gone]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Act:
    """What was written about one person: `changed` has the values before and after, except of names and addresses, which are only named."""

    user: int
    what: str  # "added", "changed" or "left"
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    account: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    acts: list[Act]

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.acts)


# ------------------------------------------------------------------ reading


def decode(content: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, or the old Windows alphabet."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str) -> Roster:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("There is nothing in it. Paste the list, its line of column names first, or choose a file.")
    if "\x00" in text:
        raise Unreadable("This is no list in text form. Save the spreadsheet as CSV (UTF-8), and choose that file.")
    head, _, _ = text.lstrip("\r\n").partition("\n")
    declared = re.match(r"sep=([;,\t])", head, re.IGNORECASE)  # Excel's word to itself, above the names
    separator = declared[1] if declared else max(";,\t", key=head.count)
    rows = filled(text, separator)[1 if declared else 0 :]
    if not rows:
        raise Unreadable("There is nothing in it but separators. Paste the list, its line of column names first, or choose a file.")
    columns, found = known_columns(rows[0][1]), rows[1:]
    if not found:
        raise Unreadable("There is a line of column names and nobody below it. Add one line for each student.")
    if len(found) > MOST_ROWS:
        raise Unreadable(f"These are {len(found)} lines, and {MOST_ROWS} is the most. Send the list in parts.")
    entries, problems = [], []
    for line, row in found:
        try:
            entries.append(entry_of(line, row, columns))
        except Unreadable as problem:
            problems.append(Problem(line, str(problem)))
    return Roster(entries, [*problems, *said_twice(entries)])


def filled(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Each row that says something, with the line it begins in. A quotation mark left open would swallow the people below it."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    found, begins = [], 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                found.append((begins, row))
            begins = rows.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"Line {begins} cannot be read as a table: {error}. Check its quotation marks.") from None
    return found


def known_columns(head: list[str]) -> dict[str, int]:
    """Column by name. What a list has besides is left alone."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(head):
        words = "".join(one for one in unicodedata.normalize("NFKC", cell).casefold() if one.isalnum())
        name = COLUMNS.get(words)
        if name in columns:
            raise Unreadable(f"Two columns say the {WORDS[name]}: “{head[columns[name]]}” and “{cell}”. Leave one of them out.")
        if name:
            columns[name] = place
    if "username" not in columns and "email" not in columns:
        raise Unreadable(
            "No column says who somebody is. The first line names the columns: one of them is “user name”, or else “e-mail”; "
            "“first name”, “last name”, “student number” and “section” are read too."
        )
    return columns


def entry_of(line: int, row: list[str], columns: dict[str, int]) -> Entry:
    cells = {name: text_of(row[place]) if place < len(row) else "" for name, place in columns.items()}
    if "full_name" in cells:
        full = cells.pop("full_name")
        if not {"first_name", "last_name"} & cells.keys():
            cells["first_name"], cells["last_name"] = split_name(full)
    if cells.get("email"):
        try:
            validate_email(cells["email"])
        except ValidationError:
            raise Unreadable(f"“{cells['email']}” is no e-mail address. Correct it, or leave the cell empty.") from None
    # A list that knows people by their address alone: the address is what they sign in with.
    username = unicodedata.normalize("NFKC", cells.pop("username", "") or ("" if "username" in columns else cells["email"]))
    if not username:
        raise Unreadable("This line has no user name. Fill it in, or take the line out.")
    try:
        User._meta.get_field("username").run_validators(username)
    except ValidationError as error:
        raise Unreadable(f"“{username[:60]}” cannot be a user name. {' '.join(error.messages)}") from None
    for name, value in cells.items():
        if len(value) > LONGEST[name]:
            raise Unreadable(f"The {WORDS[name]} is longer than {LONGEST[name]} characters. Shorten it.")
    return Entry(line, username, **cells)


def text_of(cell: str) -> str:
    """Without the apostrophe that keeps spreadsheets from running it (see grader/reading/exports.py)."""
    cell = " ".join(cell.split())
    return cell[1:] if cell[:1] == "'" and unicodedata.normalize("NFKC", cell[1:2]) in ("=", "+", "-", "@") else cell


def split_name(full: str) -> tuple[str, str]:
    """ "Last, First" or "First Last"."""
    if "," in full:
        last, _, first = full.partition(",")
        return first.strip(), last.strip()
    first, _, last = full.rpartition(" ")
    return first, last


def said_twice(entries: Iterable[Entry]) -> Iterator[Problem]:
    listed = list(entries)
    for name, words in (("username", "user name"), ("student_number", "student number")):
        first: dict[str, int] = {}
        for entry in listed:
            value = (getattr(entry, name) or "").casefold()
            if value and first.setdefault(value, entry.line) != entry.line:
                yield Problem(entry.line, f"The {words} “{getattr(entry, name)}” stands in line {first[value]} too. Keep one of the two.")


# ------------------------------------------------------------------ comparing


def compare(course: Course, roster: Roster) -> Comparison:
    """Five queries, however long the list is."""
    found = Comparison(problems=list(roster.problems))
    members = {one.user_id: one for one in course.memberships.select_related("user")}
    accounts = Accounts(roster.entries)
    numbers = {one.student_number: one for one in members.values() if one.student_number}
    for entry in roster.entries:
        user, problem = accounts.of(entry)
        holder = numbers.get(entry.student_number or "")
        membership = members.get(user.pk) if user else None
        if problem is None and holder and (user is None or holder.user_id != user.pk):
            problem = f"The student number {entry.student_number} belongs to {holder.user.username} here. Correct one of the two."
        elif membership and membership.role != Membership.Role.STUDENT and membership.left_at is None:
            problem = f"{entry.username} is {membership.role} of this course. Take the line out; a list makes nobody staff or student."
        if problem is not None:
            found.problems.append(Problem(entry.line, problem))
        elif user is None:
            found.new.append(entry)
        else:
            sort_in(found, change_of(entry, user, membership, accounts.is_free(user, membership)))
    found.problems.sort(key=lambda one: one.line)
    listed = {user.pk for user in (accounts.of(entry)[0] for entry in roster.entries) if user}
    found.gone = sorted(
        (one for one in members.values() if one.role == Membership.Role.STUDENT and one.left_at is None and one.user_id not in listed),
        key=lambda one: one.user.username,
    )
    return found


class Accounts:
    """The accounts that a list may mean."""

    def __init__(self, entries: list[Entry]) -> None:
        names = [one.username for one in entries]
        folded = {one.casefold() for one in names}
        users: list[User] = list(User.objects.alias(lowered=Lower("username")).filter(Q(username__in=names) | Q(lowered__in=folded)))
        self.exact = {one.username: one for one in users}
        self.folded: dict[str, list[User]] = {}
        for one in users:
            self.folded.setdefault(one.username.casefold(), []).append(one)
        self.courses = Counter(Membership.objects.filter(user__in=users).values_list("user_id", flat=True))

    def of(self, entry: Entry) -> tuple[User | None, str | None]:
        """The account, found whatever the case of the letters; or why none can be said."""
        user = self.exact.get(entry.username)
        alike = self.folded.get(entry.username.casefold(), [])
        if user is None and len(alike) > 1:
            return None, f"“{entry.username}” could be {' or '.join(one.username for one in alike)}. Write it as one of them."
        user = user or (alike[0] if alike else None)
        if user and not user.is_active:
            return user, f"The account {user.username} is switched off. Ask whoever runs Heaplab, or take the line out."
        return user, None

    def is_free(self, user: User, membership: Membership | None) -> bool:
        """Whether a course may still set the name and the address: nobody has signed in with it, and nobody else's course has it."""
        elsewhere = self.courses[user.pk] - (1 if membership else 0)
        return user.last_login is None and not user.is_staff and not user.is_superuser and not elsewhere


def change_of(entry: Entry, user: User, membership: Membership | None, free: bool) -> tuple[Change, list[str]]:
    """The change, and what the list says otherwise that stays as it is."""
    account: dict[str, str] = {}
    member: dict[str, Any] = {}
    told: list[str] = []
    kept: list[str] = []
    for name in ACCOUNT:
        said, is_now = getattr(entry, name), getattr(user, name)
        if said and said != is_now:
            words = f"{WORDS[name]}: {is_now or 'none'} → {said}"
            if free:
                account[name] = said
                told.append(words)
            else:
                kept.append(f"{WORDS[name]} {said}")
    for name in MEMBER:
        said, is_now = getattr(entry, name), getattr(membership, name, "")
        if said is not None and said != is_now:
            member[name] = said
            told.append(f"{WORDS[name]}: {is_now or 'none'} → {said or 'none'}")
    return Change(entry, user, membership, account, member, told), kept


def sort_in(found: Comparison, compared: tuple[Change, list[str]]) -> None:
    change, kept = compared
    if kept:
        found.notes.append(
            Problem(
                change.entry.line, f"{change.user.username} keeps the name and address of the account; the list says {', '.join(kept)}."
            )
        )
    if change.membership is None or change.membership.left_at is not None:
        found.joining.append(change)
    elif change.account or change.member:
        found.changed.append(change)
    else:
        found.same += 1


# ------------------------------------------------------------------ writing


def write(course: Course, comparison: Comparison, *, drop_gone: bool) -> Written:
    """All of it, in a few statements. Call inside a transaction in which the comparison was made (see locked)."""
    accounts = User.objects.bulk_create([account_of(entry) for entry in comparison.new], batch_size=BATCH)
    new = [membership_of(course, user, entry) for user, entry in zip(accounts, comparison.new, strict=True)]
    new += [membership_of(course, one.user, one.entry) for one in comparison.joining if one.membership is None]
    Membership.objects.bulk_create(new, batch_size=BATCH)

    acts = [Act(one.user_id, "added", {name: ("", value) for name in MEMBER if (value := getattr(one, name))}) for one in new]
    touched, people = [], []
    for change in (*comparison.joining, *comparison.changed):
        if change.account:
            for name, value in change.account.items():
                setattr(change.user, name, value)
            people.append(change.user)
        if change.membership is not None:
            acts.append(act_of(change, change.membership))
            for name, value in change.member.items():
                setattr(change.membership, name, value)
            change.membership.left_at, change.membership.role = None, Membership.Role.STUDENT.value
            touched.append(change.membership)
    User.objects.bulk_update(people, list(ACCOUNT), batch_size=BATCH)
    Membership.objects.bulk_update(touched, [*MEMBER, "left_at", "role"], batch_size=BATCH)

    if drop_gone:
        Membership.objects.current().filter(pk__in=[one.pk for one in comparison.gone]).update(left_at=Now())
        acts += [Act(one.user_id, "left") for one in comparison.gone]
    return Written(acts)


def act_of(change: Change, membership: Membership) -> Act:
    """Before it is written."""
    before = {name: (getattr(membership, name), value) for name, value in change.member.items()}
    back = membership.left_at is not None
    if back and membership.role != Membership.Role.STUDENT:
        before["role"] = (membership.role, Membership.Role.STUDENT.value)
    return Act(change.user.pk, "added" if back else "changed", before, [WORDS[name] for name in change.account])


def locked(course: Course) -> Course:
    """Holds everybody else's list for this course until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("locked() is for use inside a transaction")
    return Course.objects.select_for_update().get(pk=course.pk)


def account_of(entry: Entry) -> User:
    known = {name: getattr(entry, name) or "" for name in ACCOUNT}
    user = User(username=entry.username, **known)
    user.set_unusable_password()  # they sign in as the university has it, or by a password set for them
    return user


def membership_of(course: Course, user: User, entry: Entry) -> Membership:
    known = {name: getattr(entry, name) or "" for name in MEMBER}
    return Membership(course=course, user=user, role=Membership.Role.STUDENT, **known)
