"""What runs within a portal's process on a budget of one size: `python -m bench.budget_inside`, one order a line.

Orders and answers are JSON on standard input and output: {"do": "fill", "lines": 250, "years": 1}, until it ends.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")


def main() -> None:
    import django

    django.setup()
    real, sys.stdout = sys.stdout, sys.stderr
    acts: dict[str, Callable[..., Any]] = {
        "fill": fill,
        "pages": pages,
        "ask": ask,
        "queries": queries,
        "stream": stream,
    }
    for line in sys.stdin:
        order = json.loads(line)
        answer = acts[order.pop("do")](**order)
        print(json.dumps(answer, ensure_ascii=False, default=str), file=real, flush=True)


def fill(lines: int, years: int) -> dict[str, int]:
    """A migrated database with the demonstration's people and so many lines in so many years."""
    from django.core.management import call_command

    from organization.portal_data import demonstration_password, install_cast, install_municipality

    from .budget_fill import fill as filled

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    install_municipality()
    install_cast(demonstration_password())
    return filled(lines, years)


def pages() -> list[tuple[str, str]]:
    """Name and address of everything that is measured, in the last year."""
    from urllib.parse import quote

    from .budget_fill import LAST_YEAR, WORD

    year = f"/budget/{LAST_YEAR}/"
    return [
        ("year", year),
        ("programme", f"{year}by/programmes/education/"),
        ("lines", f"{year}lines/"),
        ("search", f"/budget/search/?q={quote(WORD)}"),
        ("line", f"{year}plans/ordinance/lines/00042/"),
        ("CSV of the year", f"{year}lines.csv"),
    ]


def _client(*, kept: bool) -> Any:
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip")
    if not kept:
        client.cookies["sessionid"] = "nobody"  # passes by the kept pages, though it is of nobody
    return client


def ask(address: str, times: int = 1) -> dict[str, Any]:
    """Milliseconds of each of `times` requests that make the page, the status and the size of the last."""
    client, taken, length, status = _client(kept=False), [], 0, 0
    for _turn in range(times):
        begun = time.perf_counter()
        response = client.get(address)
        status, length = response.status_code, len(response.getvalue())
        taken.append((time.perf_counter() - begun) * 1000)
    return {"status": status, "ms": taken, "bytes": length}


def queries(address: str) -> int:
    """How many queries a page makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        _client(kept=False).get(address).getvalue()
    return len(found)


def stream(address: str, zipped: bool) -> dict[str, Any]:
    """Send a file to nobody: how much memory the process took more than before, its seconds, bytes and lines."""
    client = _client(kept=False)
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip" if zipped else "identity"
    client.get("/budget/").getvalue()
    client.get("/budget/2569/transfers.csv").getvalue()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, length, lines = time.perf_counter(), 0, 0
    response = client.get(address)
    for piece in response:
        length += len(piece)
        lines += piece.count(b"\n")
    spent = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "streamed": response.streaming, "lines": lines, "bytes": length, "seconds": round(spent, 1),
        "process before, MB": before // 1024, "process at most, MB": after // 1024,
        "more, MB": (after - before) // 1024,
    }  # fmt: skip


if __name__ == "__main__":
    main()
