"""One commit for whatever arrived while the last one was under way. A commit waits for the disk, and that wait is worth sharing.

Callers are released after their row is committed, so "accepted" still means durable. A batch that fails is tried again row by row, so that
one bad row hurts only its owner.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

LARGEST_BATCH = 200


class GroupCommit(Generic[Item, Outcome]):
    """`store` writes and commits a list of items and returns one outcome for each."""

    def __init__(self, store: Callable[[Sequence[Item]], list[Outcome]]) -> None:
        self.store = store
        self.lock = threading.Lock()
        self.pid = 0
        self.waiting: queue.SimpleQueue[tuple[Item, Future[Outcome]] | None] = queue.SimpleQueue()

    def stop(self) -> None:
        """Ends the thread and its connection, when what was handed in before is stored. The next submit starts it again."""
        with self.lock:
            if self.pid == os.getpid():
                self.pid = 0
                self.waiting.put(None)

    def submit(self, item: Item) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        if self.pid != os.getpid():
            self._start()
        self.waiting.put((item, future))
        return future

    def _start(self) -> None:
        with self.lock:
            if self.pid == os.getpid():
                return
            # After a fork the thread is gone and the queue may hold what only the parent can answer.
            self.waiting = queue.SimpleQueue()
            threading.Thread(target=self._run, args=(self.waiting,), name="group-commit", daemon=True).start()
            self.pid = os.getpid()

    def _run(self, waiting: queue.SimpleQueue[tuple[Item, Future[Outcome]] | None]) -> None:
        while (one := waiting.get()) is not None:
            batch = [one]
            while len(batch) < LARGEST_BATCH and not waiting.empty() and (one := waiting.get()) is not None:
                batch.append(one)
            close_old_connections()
            self._commit(batch)
            if one is None:
                break
        connection.close()

    def _commit(self, batch: list[tuple[Item, Future[Outcome]]]) -> None:
        try:
            outcomes = self._store([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1 or isinstance(error, OperationalError | InterfaceError):
                # A database that is away is away for all; trying row by row would only make them wait longer.
                for _, future in batch:
                    future.set_exception(error)
                return
            for one in batch:
                self._commit([one])
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            future.set_result(outcome)

    def _store(self, items: list[Item]) -> list[Outcome]:
        try:
            return self.store(items)
        except (OperationalError, InterfaceError):
            # Once more on a fresh connection: the old one may have died of age, or two batches may have locked crosswise.
            connection.close()
            return self.store(items)
