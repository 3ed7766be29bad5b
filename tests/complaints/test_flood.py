"""Flood control: counts that end, forget and cannot be turned back into an address."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.test import RequestFactory

from complaints import flood, sealing


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that stands until it is moved."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(time, "monotonic", lambda: Clock.now)
    return Clock


class TestWindow:
    def test_up_to_the_limit_and_anew_after_its_time(self, clock: Any) -> None:
        window = flood.Window(3, 60)
        assert [window.over(b"a") for _each in range(4)] == [False, False, False, True]
        assert not window.over(b"b")
        clock.now += 60
        assert window.over(b"a")
        clock.now += 1
        assert not window.over(b"a")

    def test_an_amount_counts_at_once(self, clock: Any) -> None:
        window = flood.Window(10, 60)
        assert not window.over(b"a", 10)
        assert window.over(b"a", 1)

    def test_memory_is_bounded_and_the_busy_are_remembered(self, clock: Any) -> None:
        window = flood.Window(2, 60, keys=100)
        for number in range(10_000):
            window.over(str(number).encode())
            window.over(b"busy")
        assert len(window._counts) == 100
        assert window.over(b"busy")

    def test_many_at_once_are_counted_once_each(self, clock: Any) -> None:
        window = flood.Window(10**6, 60)
        threads = [threading.Thread(target=lambda: [window.over(b"a") for _each in range(500)]) for _one in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert window._counts[b"a"][1] == 4000


class TestBuckets:
    def bucket(self, address: str, **headers: str) -> bytes:
        return flood._bucket(RequestFactory(REMOTE_ADDR=address).get("/", headers=headers))

    def test_no_address_is_kept(self) -> None:
        for address in ("203.0.113.7", "2001:db8::1", "", "unix:"):
            assert len(self.bucket(address)) == 2
        held = repr(vars(flood))
        assert "203.0.113.7" not in held
        assert "2001:db8" not in held

    def test_the_key_is_of_this_process_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        buckets = set()
        for number in range(20):
            monkeypatch.setattr(flood, "_key", bytes([number] * 32))
            buckets.add(self.bucket("203.0.113.7"))
        assert len(buckets) > 15

    def test_one_connection_is_one_bucket(self) -> None:
        assert self.bucket("2001:db8:1:2::1") == self.bucket("2001:db8:1:2:ffff::9")
        assert self.bucket("2001:db8:1:2::1") != self.bucket("2001:db8:1:3::1")

    def test_people_with_old_addresses_on_a_new_socket_are_not_one_bucket(self) -> None:
        """A server that listens on IPv6 alone names everybody ::ffff:…, which is one /64."""
        assert self.bucket("::ffff:203.0.113.7") == self.bucket("203.0.113.7")
        assert len({self.bucket(f"::ffff:203.0.113.{last}") for last in range(40)}) > 30

    def test_the_proxys_word_counts_and_not_the_visitors(self, settings: Any) -> None:
        assert self.bucket("203.0.113.7", **{"X-Forwarded-For": "198.51.100.1"}) == self.bucket("203.0.113.7")
        settings.PORTAL_TRUSTED_PROXY = True
        forged = {"X-Forwarded-For": "1.2.3.4, 198.51.100.1"}
        assert self.bucket("127.0.0.1", **forged) == self.bucket("127.0.0.1", **{"X-Forwarded-For": "198.51.100.1"})


def test_filings_of_one_bucket_end_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "filings", flood.Window(2, 3600))
    request = RequestFactory(REMOTE_ADDR="203.0.113.7").get("/")
    assert [flood.too_many_filings(request) for _each in range(3)] == [False, False, True]


def test_a_shared_connection_of_honest_people_is_not_stopped() -> None:
    assert flood.FILINGS_AN_HOUR >= 1000


def test_tries_are_counted_by_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "tries", flood.Window(2, 600))
    one, same = sealing.Receipt("12345", "0" * 20, "000"), sealing.Receipt("12345", "9" * 20, "999")
    other = sealing.Receipt("54321", "0" * 20, "000")
    assert [flood.too_many_tries(receipt) for receipt in (one, same, one)] == [False, False, True]
    assert not flood.too_many_tries(other)


def test_right_codes_are_no_wrong_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who keeps no cookie sends the code with every page."""
    monkeypatch.setattr(flood, "tries", flood.Window(2, 600))
    monkeypatch.setattr(flood, "openings", flood.Window(10, 600))
    receipt = sealing.Receipt("12345", "0" * 20, "000")
    for _each in range(10):
        assert not flood.too_many_tries(receipt)
        flood.was_right(receipt)
    assert [flood.too_many_tries(receipt) for _each in range(3)] == [False, False, True]
    monkeypatch.setattr(flood, "tries", flood.Window(2, 600))
    flood.was_right(receipt)
    assert flood.too_many_tries(receipt), "right ones end somewhere too"


class TestHoldBack:
    def test_some_wait_and_the_rest_does_not(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Waiting holds a thread: those for honest people stay free."""
        from ita_portal.serving import THREADS

        settings.WRONG_CODE_SECONDS = 5
        assert flood._MOST_HELD < THREADS
        waiting, go_on = threading.Semaphore(0), threading.Event()

        def wait(_seconds: float) -> None:
            waiting.release()
            assert go_on.wait(30)

        monkeypatch.setattr(time, "sleep", wait)
        threads = [threading.Thread(target=flood.hold_back) for _each in range(flood._MOST_HELD)]
        for thread in threads:
            thread.start()
        for _each in threads:
            assert waiting.acquire(timeout=30)
        flood.hold_back()  # one more: comes back at once, or the test would stand
        assert not waiting.acquire(blocking=False)
        go_on.set()
        for thread in threads:
            thread.join()
        flood.hold_back()
        assert waiting.acquire(blocking=False), "places are free again"

    def test_nobody_waits_where_it_is_switched_off(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.WRONG_CODE_SECONDS = 0
        monkeypatch.setattr(time, "sleep", lambda _seconds: pytest.fail("waited"))
        flood.hold_back()
