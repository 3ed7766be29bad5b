"""`python -m bench.surveys [crowd] [results]`: both unless told.

crowd: 20,000 answers through the served portal by 32 clients at once, a quarter with single-use codes; some forms are
sent twice, some codes by two people at once. What was acknowledged is compared with what is counted, choice by choice.
results: milliseconds in which the results page of a survey is made, with 10,000 and with 1,000,000 answers, asked one
after the other in turn, nothing kept.
Each part prints its figures and adds them to var/bench/surveys.json.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ita_portal.serving import server_command

from .__main__ import _free_port, _wait_for
from .child import Child, environment

VAR = Path(os.environ.get("PORTAL_VAR") or "var").resolve()
ANSWERS = int(os.environ.get("BENCH_ANSWERS", "20000"))
CLIENTS = 32
SLIPS_SHARE, TWICE_SHARE, LOOK_EVERY = 0.25, 0.02, 20
"""Answers with a code; forms sent twice, and codes tried by two; after how many answers a client opens the form."""
SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "10000,1000000").split(","))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
MOST_GROWTH = 1.15


def _database(name: str) -> str:
    return f"ita_bench_surveys_{name}"


@contextmanager
def _child(name: str) -> Iterator[Child]:
    child = Child("bench.surveys_inside", _database(name))
    try:
        yield child
    finally:
        child.close()


@contextmanager
def _served(name: str) -> Iterator[int]:
    port = _free_port()
    server = subprocess.Popen(server_command(port, VAR), env=environment(_database(name)))
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        server.terminate()
        server.wait()


def main(parts: list[str]) -> int:
    """Run the parts; 1 where a bar is not reached."""
    known: dict[str, Callable[[], dict[str, Any]]] = {"crowd": crowd, "results": results}
    target = VAR / "bench" / "surveys.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(target.read_text()) if target.exists() else {}
    short = []
    for part in parts or list(known):
        print(f"--- {part}", flush=True)
        found[part] = known[part]()
        short += found[part].pop("short", [])
        for name, value in found[part].items():
            print(f"{name:<46} {value}", flush=True)
        target.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    print(f"Bars: none lost, none doubled, no server error; growth <= {MOST_GROWTH}; short of one: {short or 'none'}")
    return 1 if short else 0


@dataclass(frozen=True, slots=True)
class Form:
    """An answer as it is sent. slip: its code; empty for the open link."""

    choices: tuple[tuple[str, int], ...]
    division: str
    slip: str
    mark: str

    def body(self) -> str:
        """As a browser sends it."""
        fields = [*((f"q-{code}", choice) for code, choice in self.choices), ("division", self.division)]
        return urlencode([*fields, ("slip", self.slip), ("form_mark", self.mark)])


class Browser:
    """A client with one connection that stays open."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, body: str | None = None) -> int:
        """The status; 0 where no answer came."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            self.connection.request(method, self.path, body, headers)
            response = self.connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0
        return response.status


def crowd() -> dict[str, Any]:
    """What was acknowledged against what is counted."""
    draw = random.Random(6)
    with _child("crowd") as child:
        place = child("open", slips=int(ANSWERS * SLIPS_SHARE))
        forms = _forms(place, draw)
        queue = iter(forms)
        lock = threading.Lock()
        done: list[tuple[Form, int, float]] = []

        def client(browser: Browser) -> None:
            turn = 0
            while True:
                with lock:
                    form = next(queue, None)
                if form is None:
                    return
                if turn % LOOK_EVERY == 0:
                    browser.ask("GET")
                turn += 1
                begun = time.perf_counter()
                status = browser.ask("POST", form.body())
                done.append((form, status, time.perf_counter() - begun))

        with _served("crowd") as port:
            begun = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(client, [Browser(port, place["path"]) for _client in range(CLIENTS)]))
            spent = time.perf_counter() - begun
        counted = child("counted")
    return _compared(done, counted, spent)


def _forms(place: dict[str, Any], draw: random.Random) -> list[Form]:
    forms = []
    slips = list(place["slips"])
    for number in range(ANSWERS):
        slip = slips.pop() if slips and number % round(1 / SLIPS_SHARE) == 0 else ""
        choices = tuple((code, draw.randrange(most)) for code, most in place["questions"])
        form = Form(choices, draw.choice(place["divisions"]), slip, uuid.uuid4().hex)
        forms.append(form)
        if draw.random() < TWICE_SHARE:
            forms.append(form)  # a double click
        elif slip and draw.random() < 4 * TWICE_SHARE:
            other = tuple((code, draw.randrange(most)) for code, most in place["questions"])
            forms.append(Form(other, form.division, slip, uuid.uuid4().hex))  # two people with one slip
    # Near where they stand, so that both come at the same time.
    order = sorted(range(len(forms)), key=lambda index: index + draw.uniform(0, 40))
    return [forms[index] for index in order]


def _compared(done: list[tuple[Form, int, float]], counted: dict[str, Any], spent: float) -> dict[str, Any]:
    accepted = {form.mark: form for form, status, _seconds in done if status == 302}
    statuses = Counter(status for _form, status, _seconds in done)
    ways: Counter[str] = Counter()
    choices: Counter[str] = Counter()
    for form in accepted.values():
        way = "single_use" if form.slip else "open_link"
        ways[f"{way} {form.division}"] += 1
        choices.update(f"{way} {form.division} {code} {choice}" for code, choice in form.choices)
    used = Counter(form.slip for form in accepted.values() if form.slip)
    doubled = sum(times > 1 for times in used.values())
    errors = sum(n for status, n in statuses.items() if status >= 500 or status == 0)
    same = dict(ways) == counted["turnout"] and dict(choices) == counted["tally"]
    times = sorted(seconds for _form, _status, seconds in done)
    total = sum(counted["turnout"].values())
    short = []
    if errors:
        short.append(f"{errors} server errors")
    if doubled or not same or total != len(accepted) or len(accepted) != ANSWERS:
        short.append(f"{ANSWERS} sent, {len(accepted)} acknowledged, {total} counted, {doubled} codes twice")
    return {
        "answers sent, counted": [ANSWERS, total],
        "requests, by status": {str(status): n for status, n in sorted(statuses.items())},
        "server errors": errors,
        "single-use codes used, used twice": [len(used), doubled],
        "every count as it was sent": same,
        "answers a second": round(len(done) / spent, 1),
        "p50, p95, ms": [round(times[int(len(times) * part)] * 1000) for part in (0.5, 0.95)],
        "short": short,
    }


def results() -> dict[str, Any]:
    """The results page with few and with many answers."""
    found: dict[str, Any] = {"short": []}
    with ExitStack() as stack:
        children = [stack.enter_context(_child(f"results_{size}")) for size in SIZES]
        places = [child("fill", answers=size) for child, size in zip(children, SIZES, strict=True)]
        for name in ("results", "results_json", "answer", "list", "overview"):
            taken: list[list[float]] = [[] for _size in SIZES]
            asked = [(child, place[name]) for child, place in zip(children, places, strict=True)]
            statuses = {child("ask", address=address, times=2)["status"] for child, address in asked}
            if statuses != {200}:
                found["short"].append(f"{name}: answered with {sorted(statuses)}")
                continue
            for _round in range(ROUNDS):
                for times, (child, address) in zip(taken, asked, strict=True):
                    times.extend(child("ask", address=address)["ms"])
            growth = statistics.median(large / small for small, large in zip(taken[0], taken[-1], strict=True))
            found[name] = {
                "p50 ms": [round(statistics.median(times), 1) for times in taken],
                "growth": round(growth, 2),
                "queries": [child("queries", address=address) for child, address in asked],
            }
            if growth > MOST_GROWTH:
                found["short"].append(f"{name}: growth {growth:.2f}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
