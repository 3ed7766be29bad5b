"""`make bench`: every public page against an empty view, at two data sizes, in one run.

Needs `wrk` (a package of the system's distribution). Rounds are interleaved, page and empty view in turn, so
that a drift of the machine touches both. Medians over the rounds; tables go to the screen, all figures to var/bench/.
"""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ita_portal.serving import THREADS, WORKERS, server_command

SIZES = (1, 100)
ROUNDS = 4
SECONDS = 1
MADE = 9
CONNECTIONS = 4
EMPTY = "/bench/empty/"
LEAST_SHARE = 0.6
MOST_GROWTH = 1.15
START_SECONDS = 60


@dataclass(frozen=True)
class Load:
    """One run of the load generator: requests a second, p50 and p99 in milliseconds."""

    rate: float
    p50: float
    p99: float


Runs = dict[tuple[int, str], list[Load]]
"""By size and what was asked for: the empty view or the page as it is kept."""


def main() -> int:
    if shutil.which("wrk") is None:
        print("The benchmark needs the load generator wrk: install the package of that name.", file=sys.stderr)
        return 1
    folder = Path(os.environ.get("PORTAL_VAR") or "var") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    ports = {size: _free_port() for size in SIZES}
    result: dict[str, object] = {"workers": WORKERS, "threads": THREADS, "connections": CONNECTIONS, "rounds": ROUNDS}
    for size in SIZES:
        rows = _inside(size, "fill", str(size))
        print(f"size {size}: {rows}", flush=True)
    pages: dict[int, list[str]] = {size: _inside(size, "pages") for size in SIZES}
    counts = {size: list(_inside(size, "count").values()) for size in SIZES}
    with _served(SIZES[0], ports[SIZES[0]]), _served(SIZES[1], ports[SIZES[1]]):
        table = []
        for index, page in enumerate(pages[SIZES[0]]):
            addresses = {size: f"http://127.0.0.1:{ports[size]}" for size in SIZES}
            runs = _interleaved({size: (addresses[size], pages[size][index]) for size in SIZES})
            made = _made([addresses[SIZES[0]] + EMPTY, *(addresses[size] + pages[size][index] for size in SIZES)])
            table.append(_row(page, runs, {size: counts[size][index] for size in SIZES}, made))
            print(_line(table[-1]), flush=True)
        result["pages"] = table
        result["next request"] = _inside(SIZES[0], "publish", str(ports[SIZES[0]]))
    print(f"\nA published change on the very next request: {result['next request']}")
    (folder / "pages.json").write_text(json.dumps(result, ensure_ascii=False, indent=1))
    short = [row["page"] for row in table if row["share"] < LEAST_SHARE or row["growth"] > MOST_GROWTH]
    print(f"Bars: share >= {LEAST_SHARE}, growth <= {MOST_GROWTH}; short of one: {short or 'none'}")
    return 0


def _interleaved(pages: dict[int, tuple[str, str]]) -> Runs:
    """Rounds of: empty view, then the page, for each size, after a first run that counts for nothing."""
    runs: Runs = {}
    for address, page in pages.values():
        _load(address + page)  # every worker has made the page once
    for _round in range(ROUNDS):
        for size, (address, page) in pages.items():
            runs.setdefault((size, "empty"), []).append(_load(address + EMPTY))
            runs.setdefault((size, "page"), []).append(_load(address + page))
    return runs


def _made(addresses: list[str]) -> list[float]:
    """Milliseconds of each address as it is made for somebody signed in: the median of requests one by one, in turn.

    A session's cookie, though of nobody, passes by the kept pages: what making the page costs.
    """
    taken: list[list[float]] = [[] for _address in addresses]
    for _turn in range(MADE):
        for times, address in zip(taken, addresses, strict=True):
            request = urllib.request.Request(address, headers={"Cookie": "sessionid=nobody"})
            begun = time.perf_counter()
            with urllib.request.urlopen(request) as answer:
                answer.read()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in taken]


def _row(page: str, runs: Runs, counts: dict[int, list[int]], made: list[float]) -> dict[str, Any]:
    small, large = SIZES

    def ratio(over: tuple[int, str], under: tuple[int, str], figure: str) -> float:
        """Round by round, so that what slowed the machine for a while slowed both."""
        pairs = zip(runs[over], runs[under], strict=True)
        return statistics.median(getattr(one, figure) / getattr(other, figure) for one, other in pairs)

    def least(size: int) -> float:
        """The page's p50 when the machine was quietest: growth is a matter of milliseconds, which noise would hide."""
        return min(load.p50 for load in runs[size, "page"])

    return {
        "page": page,
        "share": min(ratio((size, "page"), (size, "empty"), "rate") for size in SIZES),
        "p50": ratio((small, "page"), (small, "empty"), "p50"),
        "p99": ratio((small, "page"), (small, "empty"), "p99"),
        "growth": least(large) / least(small),
        "made_p50": made[1] / made[0],
        "made_growth": made[2] / made[1],
        "queries_made": [counts[size][0] for size in SIZES],
        "queries_kept": [counts[size][1] for size in SIZES],
        "bytes": counts[small][2],
        "loads": {f"{size} {what}": [asdict(load) for load in found] for (size, what), found in runs.items()},
    }


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['page']!s:<34} share {row['share']:5.2f}  p50 {row['p50']:5.2f}  p99 {row['p99']:5.2f}  "
        f"growth {row['growth']:5.2f}  made: p50 {row['made_p50']:6.1f} growth {row['made_growth']:5.2f}  "
        f"queries {row['queries_made']} kept {row['queries_kept']}  {row['bytes']:>7} B"
    )


def _load(address: str) -> Load:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-H", "Accept-Encoding: gzip"]
    said = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    if " 0 requests in" in said:
        return _load(address)  # the page was still being made
    if "Non-2xx" in said:
        raise SystemExit(f"{address} answered with errors:\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None:
        raise SystemExit(said)
    return Load(float(rate[1]), _milliseconds(said, "50"), _milliseconds(said, "99"))


def _milliseconds(said: str, percent: str) -> float:
    found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", said)
    if found is None:
        raise SystemExit(said)
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def _inside(size: int, *words: str) -> Any:
    """What `bench.inside` answers within the database of that size."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.inside", *words],
        env=_environment(size),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def _environment(size: int) -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_DATABASE": f"ita_bench_{size}"}


@contextmanager
def _served(size: int, port: int) -> Iterator[None]:
    """The portal as `make run` serves it, on that database."""
    environment = _environment(size)
    folder = Path(os.environ.get("PORTAL_VAR") or "var")
    server = subprocess.Popen(server_command(port, folder), env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{address} does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
