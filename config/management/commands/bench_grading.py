"""Measures the main job end to end on this machine: submissions accepted, graded and stored per second, and what each costs."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from config.database_roles import as_owner
from config.laptop import folder
from config.laptop.load import Load, busy_seconds, drive, processor_seconds
from config.laptop.plain_rows import microseconds_each
from config.laptop.processes import CannotStart, Child, free_port, marked_environment
from config.laptop.servers import Postgres, Valkey
from exercises.formats import FORMATS
from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from grader.marking.items import work_out
from grader.marking.marking import AnswerKey, key_for
from grader.models import Credential, Diagnosis, Grading, Node, Result
from grader.simulating.simulations import run_and_keep

STUDENTS = 1500
EXERCISES = 8
TOKENS = 64
BULK = 100
PYTHON = "3.13"
FLOOR_COUNT = 500
# Results are kept whole, whoever asks; only the owner of the tables could set that aside, for a bench's own data.
EMPTIED = (
    "ALTER TABLE grader_submission DISABLE TRIGGER grader_submission_kept_whole",
    "ALTER TABLE grader_result DISABLE TRIGGER grader_result_kept_whole",
    "TRUNCATE grader_submission, grader_grading, grader_result, grader_standing, grader_node CASCADE",
    "ALTER TABLE grader_submission ENABLE TRIGGER grader_submission_kept_whole",
    "ALTER TABLE grader_result ENABLE TRIGGER grader_result_kept_whole",
)
AFTERWARDS_SECONDS = 10.0


@dataclass(frozen=True)
class Aim:
    """The most that a graded answer may cost of processor time, on the machine that this was written on, at rest: a virtual one with two
    processors. What is judged is the ratio to the two floors of the same run, which says the same there and holds on any machine, busy or
    not: rows written by the plain driver, and the web stack with an empty view (for a bulk: a hundredth of it).
    """

    milliseconds: float
    over_floors: float


AIMS = {"single": Aim(5.0, 3.7), "bulk": Aim(1.4, 1.4)}
# The pipeline with a constant for grading, of processor time, over the real one: what marking may cost.
LEAST_OF_CONSTANT = 0.8
# Looked at only where nobody else worked: on a busy machine they say more about the others.
MOST_LATENCY, LEAST_RATE = 35.0, 250.0
AT_REST = 0.1  # of the processors, taken by others


@dataclass
class Measured:
    name: str
    count: int
    accepted: float
    graded: float
    processors: dict[str, float]  # microseconds per submission, by process
    others: float  # of the machine's processors, taken by others meanwhile: a share
    afterwards: dict[str, float]  # microseconds per diagnosis, by process

    @property
    def cost(self) -> float:
        return sum(self.processors.values())


class Command(BaseCommand):
    help = (
        "Submissions accepted, graded and stored per second, single and in bulk, beside the same pipeline with grading replaced by a "
        "constant; and the time from submit to verdict on the idle machine. Starts its own PostgreSQL, Valkey, web and worker processes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--singles", type=int, default=2000)
        parser.add_argument("--bulk", type=int, default=10_000)
        parser.add_argument("--rounds", type=int, default=2, help="real and constant take turns so often; the better of each counts")
        parser.add_argument("--inside", help="(internal) the process numbers of the servers", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["inside"]:
            self.with_servers(options)
            return
        postgres, valkey = (int(one) for one in options["inside"].split(","))
        with ExitStack() as closing:
            bench = Bench(closing, postgres, valkey)
            self.report(bench, options)

    def with_servers(self, options: dict[str, Any]) -> None:
        """Starts the servers, then this command once more with settings that point to them."""
        with ExitStack() as closing:
            home = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="heaplab-bench-")))
            os.environ["HEAPLAB_DATA"] = str(home)
            try:
                postgres, valkey = Postgres(home / "postgres"), Valkey(home / "valkey")
                closing.callback(postgres.stop)
                postgres.start()
                closing.callback(valkey.stop)
                valkey.start()
            except CannotStart as problem:
                raise CommandError(str(problem)) from None
            assert postgres.child is not None
            assert valkey.child is not None
            environment = {
                **marked_environment(home),
                **postgres.settings_of_both(),
                "BROKER_URL": valkey.address,
                "LOG_LEVEL": "WARNING",
            }
            command = [
                sys.executable,
                str(folder.PROJECT / "manage.py"),
                "bench_grading",
                f"--inside={postgres.child.pid},{valkey.child.pid}",
            ]
            command += [f"--{name}={options[name]}" for name in ("singles", "bulk", "rounds")]
            # Its last line says how it went, and stays the last.
            if status := subprocess.run(command, env=environment, check=False).returncode:
                sys.exit(status)

    def report(self, bench: Bench, options: dict[str, Any]) -> None:
        say = self.stdout.write
        say(f"{os.cpu_count()} processors; {STUDENTS} students, {EXERCISES} exercises of the catalogue, Python {PYTHON}.")
        latencies = sorted(bench.latencies(80))
        p50, p95 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.95))
        say(f"Idle, submit to verdict: p50 {p50:.0f} ms, p95 {p95:.0f} ms (aim: below {MOST_LATENCY:.0f} and 200).")
        bench.look_at_floors()
        measured = {kind: self.compared(bench, kind, options) for kind in ("single", "bulk")}
        plain, empty = (min(seen, key=lambda one: sum(one.values())) for seen in (bench.plain, bench.empty))
        self.conclude(p50, measured, plain, empty)

    def compared(self, bench: Bench, kind: str, options: dict[str, Any]) -> tuple[Measured, float]:
        """The best of the real runs, and the processor time of the best with a constant over its own."""
        count = options["singles" if kind == "single" else "bulk"]
        runs: dict[str, list[Measured]] = {"real": [], "constant": []}
        for _ in range(options["rounds"]):
            for what in runs:
                runs[what].append(bench.measure(kind, what, count))
                bench.look_at_floors()
        real, constant = (min(runs[what], key=lambda one: one.cost) for what in runs)
        title = "Single POSTs" if kind == "single" else f"Bulk of {BULK} per POST"
        self.stdout.write(f"{title}, {count} submissions:")
        for one in (real, constant):
            rates = f"accepted {one.accepted:6.0f}/s, graded and stored {one.graded:6.0f}/s"
            used = f"{one.cost / 1000:.2f} ms CPU each ({in_parts(one.processors)})"
            self.stdout.write(f"  {one.name:<9} {rates}, {used}, others took {one.others:.0%} of the machine")
        ratio = constant.cost / real.cost
        self.stdout.write(f"  ratio     {real.graded / constant.graded:.2f} by rate, {ratio:.2f} by CPU")
        if real.afterwards:
            each = f"{sum(real.afterwards.values()) / 1000:.2f} ms CPU each ({in_parts(real.afterwards)})"
            self.stdout.write(f"  after it  the diagnosis of each: {each}")
        return real, ratio

    def conclude(self, p50: float, measured: dict[str, tuple[Measured, float]], plain: dict[str, float], empty: dict[str, float]) -> None:
        self.stdout.write(f"Floor, rows by the plain driver: {sum(plain.values()) / 1000:.2f} ms CPU each ({in_parts(plain)})")
        self.stdout.write(f"Floor, web stack and empty view: {sum(empty.values()) / 1000:.2f} ms CPU each ({in_parts(empty)})")
        floors = {"single": sum(plain.values()) + sum(empty.values()), "bulk": sum(plain.values()) + sum(empty.values()) / BULK}
        short, words = [], [f"idle verdict p50 {p50:.0f} ms"]
        for kind, (real, ratio) in measured.items():
            over, aim = real.cost / floors[kind], AIMS[kind]
            costs = f"{kind} {real.cost / 1000:.2f} ms CPU (aim {aim.milliseconds}), {over:.2f} of the floors (aim {aim.over_floors})"
            words.append(f"{costs}, {ratio:.2f} of a constant, {real.graded:.0f}/s")
            if over > aim.over_floors:
                short.append(f"{kind} costs more than {aim.over_floors} times the floors")
            if ratio < LEAST_OF_CONSTANT:
                short.append(f"{kind} is below {LEAST_OF_CONSTANT} of a constant")
        single = measured["single"][0]
        if single.others > AT_REST:
            words.append(f"others took {single.others:.0%} of the machine, so its rate and p50 are not judged")
        else:
            short += [f"the p50 is above {MOST_LATENCY:.0f} ms"] if p50 > MOST_LATENCY else []
            short += [f"fewer than {LEAST_RATE:.0f} singles per second"] if single.graded < LEAST_RATE else []
        self.stdout.write(f"{'FALLS SHORT' if short else 'OK'}: {'; '.join(words)}{''.join(f'; {one}' for one in short)}")
        self.stdout.flush()
        if short:
            sys.exit(1)


def in_parts(processors: dict[str, float]) -> str:
    return ", ".join(f"{name} {value / 1000:.2f}" for name, value in processors.items())


def web_answers(port: int) -> bool:
    request = b"GET /healthz/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    try:
        return drive(port, [request], 1).statuses[200] == 1
    except OSError:
        return False


class Bench:
    def __init__(self, closing: ExitStack, postgres: int, valkey: int) -> None:
        self.pids = {"PostgreSQL": postgres, "Valkey": valkey}
        self.chance = random.Random(7)
        self.used: set[tuple[str, int]] = set()
        self.plain: list[dict[str, float]] = []
        self.empty: list[dict[str, float]] = []
        self.home = folder.data_folder()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_exercises", str(folder.PROJECT / "exercises" / "shipped"), verbosity=0)
        self.seed()
        self.port, self.pids["web"] = self.serve(closing, "config.web")
        self.worker: Child | None = None
        closing.callback(lambda: self.worker and self.worker.stop())

    def serve(self, closing: ExitStack, module: str) -> tuple[int, int]:
        """The port, and the number of the process."""
        port = free_port()
        arguments = ["--interface", "rsgi", "--loop", "asyncio", "--port", str(port), "--workers", "1", "--http", "1", "--no-ws"]
        command = [sys.executable, "-m", "granian", *arguments, f"{module}:application"]
        web = Child("The web server", command, environment=dict(os.environ), log=self.home / "web.log")
        closing.callback(web.stop)
        web.await_ready(lambda: web_answers(port), 60)
        return port, web.pid

    def seed(self) -> None:
        course = Course.objects.create(slug="bench", title="Bench", term="bench")
        assignment = Assignment.objects.create(
            course=course, slug="bench", title="Bench", published=True, due_at=timezone.now() + timedelta(days=9)
        )
        users = User.objects.bulk_create([User(username=f"s{number}") for number in range(STUDENTS)])
        Membership.objects.bulk_create([Membership(course=course, user=one) for one in users])
        teacher = User.objects.create(username="teacher")
        Membership.objects.create(course=course, user=teacher, role=Membership.Role.INSTRUCTOR)
        self.students = [one.username for one in users]
        self.placements: list[tuple[Placement, AnswerKey]] = []
        self.wrong: dict[str, dict[str, list[Any]]] = {}  # what wrong models answer, by key and question
        for exercise in Exercise.objects.order_by("pk"):
            revision = exercise.latest_revision()
            if revision is None or PYTHON not in revision.pythons or len(self.placements) == EXERCISES:
                continue
            placement = Placement.objects.create(
                assignment=assignment, exercise=exercise, revision=revision, python=PYTHON, max_attempts=0, points=4
            )
            key = key_for(revision, PYTHON)
            for missing in key.models_missing():
                run_and_keep(missing)
            self.wrong[key.wanted.digest] = {item.question.id: list(item.others.values()) for item in work_out(revision, key)}
            self.placements.append((placement, key))
        expires = timezone.now() + timedelta(days=1)
        scopes = ["read", "submit", "results"]
        self.tokens = [
            Credential.issue(course=course, owner=teacher, name="bench", scopes=scopes, expires_at=expires)[1] for _ in range(TOKENS)
        ]

    # Floors

    def look_at_floors(self) -> None:
        """Between all runs, since others on this machine work now more and now less; the least is the floor."""
        self.plain.append(self.plain_rows())
        self.empty.append(self.empty_view())

    def plain_rows(self) -> dict[str, float]:
        if self.worker is not None:
            # It would take the rows for work.
            self.worker.stop()
            self.worker = None
        return microseconds_each(os.environ["DATABASE_URL"], self.pids["PostgreSQL"], FLOOR_COUNT)

    def empty_view(self) -> dict[str, float]:
        self.used.clear()
        requests = [self.request("empty/", body) for body in self.bodies(FLOOR_COUNT)]
        with ExitStack() as closing:
            port, web = self.serve(closing, "config.laptop.empty_web")
            self.expect(drive(port, requests[:100]), {200})
            before = processor_seconds(web)
            self.expect(drive(port, requests), {200})
            return {"web": (processor_seconds(web) - before) / FLOOR_COUNT * 1e6}

    # Requests

    def answers(self, key: AnswerKey) -> dict[str, Any]:
        """Two of three questions right; else what a wrong model gives, or nothing."""
        given: dict[str, Any] = {}
        for question in key.questions:
            models = self.wrong[key.wanted.digest].get(question.id, [])
            right = self.chance.random() < 0.67 or not models
            given[question.id] = key.truths[question.id] if right else self.chance.choice(models)
            FORMATS[question.format].read(question, given[question.id])
        return given

    def bodies(self, count: int) -> list[dict[str, Any]]:
        everything = itertools.product(self.students, range(len(self.placements)))
        pairs = [pair for pair in everything if pair not in self.used]
        chosen = self.chance.sample(pairs, count)
        # The same answer again would be a repeat, which costs nothing and measures nothing.
        self.used.update(chosen)
        return [
            {"student": student, "placement": self.placements[place][0].pk, "answers": self.answers(self.placements[place][1])}
            for student, place in chosen
        ]

    def request(self, path: str, body: dict[str, Any], prefer: str = "") -> bytes:
        content = json.dumps(body).encode()
        head = [f"POST /api/v1/{path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(content)}"]
        head += [f"Authorization: Bearer {self.chance.choice(self.tokens)}", f"Idempotency-Key: {uuid.uuid4()}"]
        head += [f"Prefer: {prefer}"] if prefer else []
        return ("\r\n".join(head) + "\r\n\r\n").encode() + content

    def single(self, body: dict[str, Any], prefer: str = "") -> bytes:
        inner = {"student": body["student"], "answers": body["answers"]}
        return self.request(f"placements/{body['placement']}/submissions/", inner, prefer)

    def requests(self, kind: str, count: int) -> list[bytes]:
        bodies = self.bodies(count)
        if kind == "single":
            return [self.single(body) for body in bodies]
        return [self.request("submissions/bulk/", {"submissions": bodies[at : at + BULK]}) for at in range(0, count, BULK)]

    # Runs

    def fresh(self, what: str) -> None:
        """Empty tables and a worker that has done nothing yet but warm up."""
        if self.worker is not None:
            self.worker.stop()
        self.used.clear()
        size = Result.objects.first()
        with as_owner(), connection.cursor() as cursor:
            for statement in EMPTIED:
                cursor.execute(statement)
        module = ["-m", "celery", "-A", "config"] if what == "real" else ["-m", "config.laptop.constant_worker"]
        arguments = ["worker", "--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        environment = {**os.environ, "BENCH_EVIDENCE_BYTES": str(len(json.dumps(size.evidence)) if size else 1500)}
        self.worker = Child("The worker", [sys.executable, *module, *arguments], environment=environment, log=self.home / "worker.log")
        self.worker.await_ready(lambda: Node.objects.exists(), 60)
        # The first answers to each exercise: keys, models and connections are there from then on.
        drive(self.port, self.requests("single", 200), 8)
        self.all_graded()
        self.pids["worker"] = self.worker.pid

    def all_graded(self) -> None:
        deadline = time.monotonic() + 120
        while Grading.objects.filter(state__in=["received", "grading", "failed_retryable"]).exists():
            if time.monotonic() > deadline:
                raise CommandError(f"The worker does not get done. Its log: {self.home / 'worker.log'}")
            time.sleep(0.01)

    def latencies(self, count: int) -> list[float]:
        """One after the other, each with the machine at rest."""
        self.fresh("real")
        found: list[float] = []
        for body in self.bodies(count):
            load = drive(self.port, [self.single(body, "wait=10")], 1)
            self.expect(load, {200})
            found += load.latencies
            time.sleep(0.02)
        return found

    def measure(self, kind: str, what: str, count: int) -> Measured:
        self.fresh(what)
        requests = self.requests(kind, count)
        stored = Result.objects.count()
        before, own, machine = self.used_so_far(), time.process_time(), busy_seconds()
        began = time.perf_counter()
        load = drive(self.port, requests)
        self.all_graded()
        seconds = time.perf_counter() - began
        used, own, machine = self.used_since(before), time.process_time() - own, busy_seconds() - machine
        others = max(0.0, machine - own - sum(used.values())) / seconds / (os.cpu_count() or 1)
        self.expect(load, {200, 202})
        if Result.objects.count() - stored != count:
            raise CommandError(f"{count} were accepted, and {Result.objects.count() - stored} results stored.")
        each = {name: value / count * 1e6 for name, value in used.items()}
        afterwards = self.afterwards() if what == "real" and kind == "bulk" else {}
        return Measured(what, count, count / load.seconds, count / seconds, each, others, afterwards)

    def used_so_far(self) -> dict[str, float]:
        return {name: processor_seconds(pid) for name, pid in self.pids.items()}

    def used_since(self, before: dict[str, float]) -> dict[str, float]:
        return {name: value - before[name] for name, value in self.used_so_far().items()}

    def afterwards(self) -> dict[str, float]:
        """What the diagnoses cost, which follow when nothing is due any more."""
        waiting = Diagnosis.objects.filter(found_at=None)
        left, before, deadline = waiting.count(), self.used_so_far(), time.monotonic() + AFTERWARDS_SECONDS
        while waiting.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        found = left - waiting.count()
        return {name: value / found * 1e6 for name, value in self.used_since(before).items()} if found else {}

    def expect(self, load: Load, statuses: set[int]) -> None:
        if not set(load.statuses) <= statuses:
            raise CommandError(f"The API answered {dict(load.statuses)}. Its log: {self.home / 'web.log'}")
