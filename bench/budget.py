"""`python -m bench.budget [served] [growth] [stream]`: all of them unless told.

served: requests a second of each page as it is served, against the empty view in the same run, with 250 lines in one
year and with 250,000 in thirty. growth: milliseconds in which a page is made, of a year of 8,334 lines that stands
alone and of the same year among thirty like it; one after the other in turn, nothing kept. stream: the memory of the
CSV of all years.
Each part prints its figures and adds them to var/bench/budget.json.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ita_portal.serving import server_command

from .__main__ import EMPTY, _free_port, _load, _wait_for
from .child import Child, environment

VAR = Path(os.environ.get("PORTAL_VAR") or "var").resolve()
SMALL, ALONE, LARGE = (250, 1), (8_334, 1), (8_334, 30)
"""Lines a year, years."""
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
SERVED_ROUNDS = 3
LEAST_SHARE, MOST_GROWTH, MOST_MEGABYTES = 0.6, 1.15, 50
Size = tuple[int, int]


def _database(size: Size) -> str:
    return f"ita_bench_budget_{size[0]}_{size[1]}"


@contextmanager
def _filled(size: Size) -> Iterator[Child]:
    child = Child("bench.budget_inside", _database(size))
    try:
        print(f"{size}: {child('fill', lines=size[0], years=size[1])}", flush=True)
        yield child
    finally:
        child.close()


@contextmanager
def _served(size: Size) -> Iterator[str]:
    port = _free_port()
    server = subprocess.Popen(server_command(port, VAR), env=environment(_database(size)))
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def main(parts: list[str]) -> int:
    """Run the parts; 1 where a bar is not reached."""
    known: dict[str, Callable[[], dict[str, Any]]] = {"served": served, "growth": growth, "stream": stream}
    target = VAR / "bench" / "budget.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    result = json.loads(target.read_text()) if target.exists() else {}
    short = []
    for part in parts or list(known):
        print(f"--- {part}", flush=True)
        result[part] = known[part]()
        short += result[part].pop("short", [])
        target.write_text(json.dumps(result, ensure_ascii=False, indent=1))
    print(
        f"Bars: share >= {LEAST_SHARE}, growth <= {MOST_GROWTH}, stream <= {MOST_MEGABYTES} MB; "
        f"short of one: {short or 'none'}"
    )
    return 1 if short else 0


def served() -> dict[str, Any]:
    """Each page against the empty view, round by round, so that what slowed the machine for a while slowed both."""
    found: dict[str, Any] = {"pages": {}, "short": []}
    for size in (SMALL, LARGE):
        with _filled(size) as child:
            pages = child("pages")
        with _served(size) as base:
            for name, address in pages:
                _load(base + address)  # every worker has made the page once
                shares, p50 = [], []
                for _round in range(SERVED_ROUNDS):
                    empty, page = _load(base + EMPTY), _load(base + address)
                    shares.append(page.rate / empty.rate)
                    p50.append(page.p50 / empty.p50)
                share = statistics.median(shares)
                lines = size[0] * size[1]
                told = {"share": round(share, 2), "p50": round(statistics.median(p50), 2)}
                found["pages"][f"{name}, {lines} lines"] = told
                print(f"{name:<18} {lines:>7} lines   {told}", flush=True)
                if share < LEAST_SHARE:
                    found["short"].append(f"{name} with {lines} lines: share {share:.2f}")
    return found


def growth() -> dict[str, Any]:
    """What making a page of the same year costs more where twenty-nine other years stand beside it."""
    found: dict[str, Any] = {"rounds": ROUNDS, "pages": {}, "short": []}
    with ExitStack() as stack:
        children = [stack.enter_context(_filled(size)) for size in (ALONE, LARGE)]
        for name, address in children[0]("pages"):
            answers = [child("ask", address=address, times=2) for child in children]
            if {answer["status"] for answer in answers} != {200}:
                found["short"].append(f"{name}: answered with {[answer['status'] for answer in answers]}")
                continue
            taken: list[list[float]] = [[], []]
            for _round in range(ROUNDS):
                for times, child in zip(taken, children, strict=True):
                    times.extend(child("ask", address=address)["ms"])
            more = statistics.median(large / small for small, large in zip(*taken, strict=True))
            told = {
                "p50 ms": [round(statistics.median(times), 1) for times in taken],
                "growth": round(more, 2),
                "queries": [child("queries", address=address) for child in children],
                "bytes": [answer["bytes"] for answer in answers],
            }
            found["pages"][name] = told
            print(f"{name:<18} {told}", flush=True)
            if more > MOST_GROWTH:
                found["short"].append(f"{name}: growth {more:.2f}")
    return found


def stream() -> dict[str, Any]:
    """The CSV of 250,000 lines, from a process that has answered other pages before; plain and zipped."""
    found: dict[str, Any] = {"short": []}
    for zipped in (False, True):
        with _filled(LARGE) as child:
            pass
        child = Child("bench.budget_inside", _database(LARGE))
        told = child("stream", address="/budget/lines.csv", zipped=zipped)
        child.close()
        name = "zipped" if zipped else "plain"
        found[name] = told
        print(f"{name:<8} {told}", flush=True)
        if not told["streamed"] or told["more, MB"] > MOST_MEGABYTES:
            found["short"].append(f"stream, {name}: {told['more, MB']} MB")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
