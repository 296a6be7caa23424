"""Real web, worker, PostgreSQL and Valkey processes, and what happens to them in a bad night. Accepted is graded, each once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from config.laptop.processes import free_port
from config.laptop.servers import Valkey
from exercises.models import Placement
from grader.models import Grading, Node, Result
from tests.grader.cut_line import CutLine
from tests.grader.fleet import DRAIN, Fleet, patient, pid_of
from tests.grader.school import School

pytestmark = pytest.mark.fleet
COUNT = 120


@pytest.fixture
def fleet(open_to_all: School, tmp_path: Path) -> Iterator[Fleet]:
    Placement.objects.update(max_attempts=0)
    with Fleet(open_to_all, tmp_path) as fleet:
        fleet.flush_broker()
        yield fleet


def at_work() -> Grading | None:
    return Grading.objects.filter(state=Grading.State.GRADING).first()


def test_on_a_quiet_night_all_is_graded(fleet: Fleet) -> None:
    fleet.start_web()
    fleet.start_worker()
    for thread in fleet.hand_in_many(COUNT):
        thread.join()
    fleet.check(COUNT)
    assert patient(lambda: Node.objects.filter(role="celery", graded__gte=1).exists())


def test_workers_are_killed_in_the_middle_of_grading(fleet: Fleet) -> None:
    fleet.start_web()
    fleet.start_worker()
    killed_at_work = 0
    threads = fleet.hand_in_many(COUNT)
    while any(thread.is_alive() for thread in threads) or not fleet.nothing_waits():
        if killed_at_work < 4 and at_work() is not None:
            fleet.kill("worker")
            killed_at_work += at_work() is not None
            fleet.start_worker()
        time.sleep(0.001)
    assert killed_at_work >= 1
    fleet.check(COUNT)


def test_the_web_process_is_killed_again_and_again_after_commits(fleet: Fleet) -> None:
    fleet.start_web()
    fleet.start_worker()
    threads = fleet.hand_in_many(COUNT)
    for deaths in range(1, 5):
        # Between commit and the message to the broker lies less than a millisecond: kill on the heels of a commit.
        patient(lambda goal=deaths: Grading.objects.count() >= goal * COUNT // 6, pause=0.001)
        fleet.kill("web")
        fleet.start_web()
    for thread in threads:
        thread.join()
    fleet.check(COUNT)


def test_the_broker_forgets_everything_all_the_time(fleet: Fleet) -> None:
    fleet.start_web()
    fleet.start_worker()
    over = threading.Event()

    def forget() -> None:
        while not over.wait(0.005):
            fleet.flush_broker()

    forgetful = threading.Thread(target=forget)
    forgetful.start()
    for thread in fleet.hand_in_many(COUNT):
        thread.join()
    over.set()
    forgetful.join()
    fleet.check(COUNT)


def test_there_is_no_broker_at_all(open_to_all: School, tmp_path: Path) -> None:
    Placement.objects.update(max_attempts=0)
    with Fleet(open_to_all, tmp_path, broker_url=f"redis://127.0.0.1:{free_port()}/0") as fleet:
        fleet.start_web()
        fleet.start_worker()
        for thread in fleet.hand_in_many(COUNT):
            thread.join()
        fleet.check(COUNT)


def test_the_broker_dies_while_everybody_is_at_work(open_to_all: School, tmp_path: Path) -> None:
    Placement.objects.update(max_attempts=0)
    valkey = Valkey(tmp_path / "valkey")
    valkey.start()
    with Fleet(open_to_all, tmp_path, broker_url=valkey.address) as fleet:
        fleet.start_web()
        fleet.start_worker()
        threads = fleet.hand_in_many(COUNT)
        assert patient(lambda: Grading.objects.count() > COUNT // 4)
        valkey.stop()
        while any(thread.is_alive() for thread in threads) or not fleet.nothing_waits():
            # Celery's consumer sometimes ends itself when its broker goes; every fleet has somebody who starts it again.
            if fleet.processes["worker"].poll() is not None:
                fleet.start_worker()
            time.sleep(0.1)
        fleet.check(COUNT)


def test_a_claim_whose_answer_was_lost_is_handed_back_and_not_kept_for_its_lease(fleet: Fleet) -> None:
    fleet.start_web()
    address = urlsplit(os.environ["DATABASE_URL"])
    line = CutLine(int(address.port or 5432), cuts=3)
    try:
        through = address._replace(
            netloc=address.netloc.replace(f":{address.port}", f":{line.port}"), path=f"/{connection.settings_dict['NAME']}"
        )
        # A lease longer than anybody here waits.
        fleet.more = {"DATABASE_URL": urlunsplit(through), "FLEET_LEASE_SECONDS": "600"}
        fleet.start_worker("worker", DRAIN)
        for thread in fleet.hand_in_many(COUNT):
            thread.join()
        fleet.check(COUNT)
        assert line.done == 3
    finally:
        line.close()


def test_fork_servers_are_killed_and_frozen_while_cold_work_waits(fleet: Fleet) -> None:
    fleet.start_web()
    fleet.more = {"FLEET_LEASE_SECONDS": "600"}
    worker = fleet.start("worker", DRAIN)
    ended = 0
    threads = fleet.hand_in_many(COUNT)
    give_up = time.monotonic() + 120
    # A quick machine has graded before six have ended: the wrong models' simulations, which follow, need fork servers too.
    while (ended < 6 and time.monotonic() < give_up) or any(thread.is_alive() for thread in threads) or not fleet.nothing_waits():
        for one in fork_servers(worker.pid) if ended < 6 else []:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGSTOP if ended % 3 == 2 else signal.SIGKILL)
            ended += 1
        time.sleep(0.2)
    fleet.check(COUNT)
    assert ended >= 6


def fork_servers(worker: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for task in Path(f"/proc/{worker}/task").iterdir() for one in (task / "children").read_text().split()]
    return []


def test_a_node_that_sleeps_past_its_lease_writes_nothing_when_it_wakes(fleet: Fleet) -> None:
    fleet.start_web()
    fleet.start_worker("first", DRAIN)
    fleet.start_worker("second", DRAIN)
    threads = fleet.hand_in_many(COUNT * 2)
    asleep = None
    while asleep is None and (any(thread.is_alive() for thread in threads) or not fleet.nothing_waits()):
        row = at_work()
        if row is None:
            continue
        with suppress(ProcessLookupError):
            os.kill(pid_of(row.lease_owner), signal.SIGSTOP)
            if Grading.objects.filter(pk=row.pk, state=Grading.State.GRADING, fence=row.fence).exists():
                asleep = row
            else:
                os.kill(pid_of(row.lease_owner), signal.SIGCONT)
    for thread in threads:
        thread.join()
    assert asleep is not None
    assert patient(lambda: Result.objects.filter(submission=asleep.submission_id).exists()), fleet.last_words()
    os.kill(pid_of(asleep.lease_owner), signal.SIGCONT)
    fleet.check(COUNT * 2)
    assert Result.objects.get(submission=asleep.submission_id).fence > asleep.fence
    assert patient(lambda: Node.objects.filter(name=asleep.lease_owner, fenced__gte=1).exists())
