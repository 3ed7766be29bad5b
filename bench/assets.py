"""`python -m bench.assets [pages] [plans] [approvals] [import]`: all of them unless told.

pages: p50 of every list with 1,000, 10,000 and 100,000 assets (ten loans each), asked in turn by the test client in one
process a size: all that the portal does, without network and server. plans: how the database answers them.
approvals: whole requests over the served portal, one loan a request and a page of twenty ticked ones, beside the bare
INSERT with the same constraint. import: 20,000 rows.
Each part prints its figures and adds them to var/bench/assets.json.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .child import Child, environment

VAR = Path(os.environ.get("PORTAL_VAR") or "var").resolve()
SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "1000,10000,100000").split(","))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "25"))
MOST_GROWTH = 1.15
LEAST_SHARE = 0.3
CLIENTS, APPROVALS = 8, 400
TICKED, PAGES = 20, 120
WARMING = 40
IMPORTED = 20_000


def main(parts: list[str]) -> int:
    """Run the parts; 1 where a bar is not reached."""
    known: dict[str, Callable[[], dict[str, Any]]] = {
        "pages": pages, "plans": plans, "approvals": approvals, "import": imports,
    }  # fmt: skip
    target = VAR / "bench" / "assets.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    result = json.loads(target.read_text()) if target.exists() else {}
    short = []
    for part in parts or list(known):
        print(f"--- {part}", flush=True)
        result[part] = known[part]()
        short += result[part].pop("short", [])
        target.write_text(json.dumps(result, ensure_ascii=False, indent=1))
    print(f"Bars: growth <= {MOST_GROWTH}, share >= {LEAST_SHARE}; short of one: {short or 'none'}")
    return 1 if short else 0


def _child(size: int) -> Child:
    return Child("bench.assets_inside", f"ita_bench_assets_{size}")


def _children() -> list[Child]:
    children = [_child(size) for size in SIZES]
    for size, child in zip(SIZES, children, strict=True):
        begun = time.perf_counter()
        print(f"{size}: {child('fill', size=size)} in {time.perf_counter() - begun:.0f} s", flush=True)
    return children


def pages() -> dict[str, Any]:
    """Each page at each size, one request after the other in turn; the median, and the growth round by round."""
    children = _children()
    found: dict[str, Any] = {"sizes": SIZES, "rounds": ROUNDS, "pages": {}, "short": []}
    lists = [child("pages") for child in children]
    for asked in zip(*lists, strict=True):
        taken: list[list[float]] = [[] for _child in children]
        answers = [
            child("ask", who=one["who"], address=one["address"], times=3)
            for child, one in zip(children, asked, strict=True)
        ]
        name = asked[0]["page"]
        if {answer["status"] for answer in answers} != {200}:
            print(f"{name:<28} answers with {[answer['status'] for answer in answers]}", flush=True)
            continue
        for _round in range(ROUNDS):
            for times, child, one in zip(taken, children, asked, strict=True):
                times.extend(child("ask", who=one["who"], address=one["address"])["ms"])
        medians = [statistics.median(times) for times in taken]
        # Round by round, so that what slowed the machine for a while slowed all sizes.
        growth = [
            statistics.median(large / small for large, small in zip(taken[-1], times, strict=True))
            for times in taken[:-1]
        ]
        sizes = [answer["bytes"] for answer in answers]
        found["pages"][name] = {"p50 ms": medians, "growth": growth, "bytes": sizes}
        if max(growth, default=0) > MOST_GROWTH:
            found["short"].append(name)
        shown = "  ".join(f"{median:7.1f}" for median in medians)
        print(f"{name:<28} p50 {shown} ms   × {'  '.join(f'{one:.2f}' for one in growth)}   {sizes} B", flush=True)
    for child in children:
        child.close()
    return found


def plans() -> dict[str, Any]:
    """At the largest size: no page reads a large table from end to end, or sorts or throws away a thousand rows."""
    child = _child(SIZES[-1])
    child("fill", size=SIZES[-1])
    found: dict[str, Any] = {"short": []}
    for one in child("pages"):
        answer = child("plans", who=one["who"], address=one["address"])
        found[one["page"]] = answer
        print(f"{one['page']:<28} {answer['queries']} queries", flush=True)
        for bad in answer["bad"]:
            print(f"    {bad['faults']} {bad['ms']} ms: {bad['sql']}", flush=True)
            found["short"].append(f"plan of {one['page']}")
    child.close()
    return found


def approvals() -> dict[str, Any]:
    """Approvals of distinct assets a second over the served portal, and bare rows a second by as many clients.

    The bar is on the page that a head in a hurry sends: twenty ticked requests. One a request is told beside it.
    """
    size = SIZES[-1]
    child = _child(size)
    child("fill", size=size)
    loans = child("waiting", most=2 * WARMING + APPROVALS + PAGES * TICKED)
    cookies = child("sessions", who="head")
    os.environ.update(BENCH_DATABASE=f"ita_bench_assets_{size}", DJANGO_SETTINGS_MODULE="bench.settings")
    from .filing import server

    alone = [
        (f"/assets/loans/{loan}/decide/", [("decision", "approve"), ("revision", "1")])
        for loan in loans[: WARMING + APPROVALS]
    ]
    left = loans[WARMING + APPROVALS :]
    ticked = [
        ("/assets/approvals/approve/", [("loan", f"{loan}:1") for loan in left[start : start + TICKED]])
        for start in range(0, len(left) - TICKED + 1, TICKED)
    ]
    found: dict[str, Any] = {"clients": CLIENTS, "short": []}
    with server.served(VAR) as running:
        for name, requests, each in (("one a request", alone, 1), (f"{TICKED} a request", ticked, TICKED)):
            warming = WARMING // each
            _together(_poster(running.port, cookies), requests[:warming])
            begun = time.perf_counter()
            statuses = _together(_poster(running.port, cookies), requests[warming:])
            spent = time.perf_counter() - begun
            count = len(statuses) * each
            found[name] = {"approvals": count, "approvals/s": round(count / spent, 1)}
            if set(statuses) != {302}:
                found["short"].append(f"approvals, {name}: answered with {sorted(set(statuses))}")
    waiting = child("still_waiting")
    if waiting > len(left) % TICKED:
        found["short"].append(f"approvals: {waiting} loans still wait")
    bare = _bare(child, APPROVALS * 4)
    child.close()
    found["bare inserts/s"] = round(bare, 1)
    for name in ("one a request", f"{TICKED} a request"):
        found[name]["share"] = round(found[name]["approvals/s"] / bare, 3)
    share = found[f"{TICKED} a request"]["share"]
    if share < LEAST_SHARE:
        found["short"].append(f"approvals: share {share:.2f}")
    print({name: value for name, value in found.items() if name != "short"}, flush=True)
    return found


def _poster(port: int, cookies: dict[str, str]) -> Callable[[list[Any]], list[int]]:
    """Sends forms (address, fields) one after the other over one connection; the statuses of the answers."""
    import http.client
    from urllib.parse import urlencode

    header = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def post(forms: list[Any]) -> list[int]:
        connection, statuses = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        for address, fields in forms:
            body = urlencode([*fields, ("csrfmiddlewaretoken", cookies["csrftoken"])])
            connection.request("POST", address, body, header)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
        return statuses

    return post


def _together(act: Callable[[list[Any]], list[Any]], what: list[Any]) -> list[Any]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for some in pool.map(act, [what[turn::CLIENTS] for turn in range(CLIENTS)]) for one in some]


def _bare(child: Child, rows: int) -> float:
    """Rows a second: one INSERT each into a table with the line's columns, indexes and exclusion constraint."""
    import django

    django.setup()
    import psycopg2
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_line")
        cursor.execute("CREATE TABLE bench_line (LIKE assets_loanline INCLUDING ALL)")
        cursor.execute(
            "ALTER TABLE bench_line"
            " ADD EXCLUDE USING gist (asset_id WITH =, during WITH &&) WHERE (single AND held > 0)"
        )
        words = connection.get_connection_params()
    words = {name: value for name, value in words.items() if name in ("dbname", "user", "password", "host", "port")}

    def insert(some: list[int]) -> list[int]:
        own = psycopg2.connect(**words)
        own.autocommit = True
        with own.cursor() as cursor:
            for number in some:
                cursor.execute(
                    "INSERT INTO bench_line (loan_id, asset_id, position, single, during, quantity, held, handed,"
                    " returned, lost) VALUES (%s, %s, 1, true, daterange(current_date, current_date + 2, '[]'),"
                    " 1, 1, 0, 0, 0)",
                    [number, number],
                )
        own.close()
        return some

    begun = time.perf_counter()
    _together(insert, list(range(rows)))
    rate = rows / (time.perf_counter() - begun)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_line")
    return rate


def imports() -> dict[str, Any]:
    """20,000 rows into an empty register through the command: seconds and the most memory of its process."""
    child = _child(0)
    child("fill", size=0)
    child.close()
    file = VAR / "bench" / "assets-20000.xlsx"
    _workbook(file)
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "manage.py", "import_assets", "--new-kinds", str(file)],
        env=environment(child.database),
        capture_output=True,
        text=True,
        check=False,
    )
    spent = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    words = (done.stdout + done.stderr).strip().splitlines()[-1:]
    found = {
        "rows": IMPORTED,
        "seconds": round(spent, 1),
        "peak MB": round(peak),
        "exit": done.returncode,
        "said": words,
    }
    print(found, flush=True)
    good = done.returncode == 0 and spent <= 30 and peak <= 300
    return {**found, "short": [] if good else ["import"]}


def _workbook(file: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["หมายเลขครุภัณฑ์", "รายการ", "ประเภทครุภัณฑ์", "หน่วยงานเจ้าของ", "สถานที่ตั้ง"])
    for number in range(IMPORTED):
        sheet.append([f"999-50-{number:05d}", f"โต๊ะทำงาน {number}", "ครุภัณฑ์สำนักงาน", "กองช่าง", f"ห้อง {number % 50}"])
    book.save(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
