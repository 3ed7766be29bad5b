"""Two people at the same moment: threads with a connection of their own, steered without sleeping."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection

PATIENCE = 2_000
"""How often the other's lock is looked for before a test gives up; each look is a round trip."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts together; each one's result, or the exception that it raised."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return act()
        except Exception as error:  # the result of a race is what it raised, too
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def begin(act: Callable[[], Any]) -> Future[Any]:
    """Start one act beside the test; `result()` gives what it returned or raises what it raised."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


def wait_until_blocked(future: Future[Any]) -> bool:
    """True once somebody in this database waits for a lock; False when `future` came to its end unhindered."""
    for _look in range(PATIENCE):
        if future.done():
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would go on seeing its first look
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return True
    raise AssertionError("neither blocked nor done")
