"""What runs within a portal's process on a database of one size: `python -m bench.assets_inside`, one order a line.

Orders and answers are JSON on standard input and output: {"do": "fill", "size": 1000} and so on, until the input ends.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

LARGE = ("assets_asset", "assets_loan", "assets_loanline", "assets_loanentry", "assets_handover", "assets_handoverline")
"""Tables that grow with the size: no page reads one of them from end to end."""
MOST_ROWS = 1000
"""Rows that a page may sort or throw away."""


def main() -> None:
    import django

    django.setup()
    real, sys.stdout = sys.stdout, sys.stderr
    portal = Portal()
    acts: dict[str, Callable[..., Any]] = {
        "fill": portal.fill, "pages": portal.pages, "ask": portal.ask, "plans": portal.plans,
        "waiting": portal.waiting, "still_waiting": portal.still_waiting, "sessions": portal.sessions,
    }  # fmt: skip
    for line in sys.stdin:
        order = json.loads(line)
        answer = acts[order.pop("do")](**order)
        print(json.dumps(answer, ensure_ascii=False, default=str), file=real, flush=True)


class Portal:
    """The portal, asked in its own process by the framework's test client: every middleware runs, no network."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}

    def fill(self, size: int) -> dict[str, int]:
        """A migrated database with the demonstration's people and so many assets."""
        from django.core.management import call_command

        from organization.portal_data import demonstration_password, install_cast, install_municipality

        from .assets_fill import fill

        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        install_municipality()
        install_cast(demonstration_password())
        return fill(size)

    def pages(self) -> list[dict[str, str]]:
        """Name, person and address of every page that is measured."""
        from assets.models import Asset, Loan
        from ita_portal.fiscal import today

        from .assets_fill import COMMON_WORD, RARE_WORD

        lendable = Asset.objects.lendable().order_by("name", "number").values_list("label", flat=True)
        middle = lendable[Asset.objects.count() // 2]
        week = today() + dt.timedelta(days=7)
        days = f"start_on={week}&due_on={week + dt.timedelta(days=2)}"
        own = Loan.objects.filter(borrower__username="staff").latest("pk").public_id
        return [
            {"page": name, "who": who, "address": address}
            for name, who, address in (
                ("catalogue", "staff", f"/assets/?{days}"),
                ("catalogue, free only", "staff", f"/assets/?free=1&{days}"),
                ("catalogue, from the middle", "staff", f"/assets/?after={middle}&{days}"),
                ("catalogue, one division", "staff", f"/assets/?division={self._division('กองคลัง')}&{days}"),
                ("catalogue, a rare word", "staff", f"/assets/?q={RARE_WORD}&{days}"),
                ("catalogue, a common word", "staff", f"/assets/?q={COMMON_WORD}&{days}"),
                ("calendar", "staff", f"/assets/item/{middle}/calendar/"),
                ("my loans", "staff", "/assets/loans/"),
                ("one loan", "staff", f"/assets/loans/{own}/"),
                ("approvals of a head", "head", "/assets/approvals/"),
                ("approvals of the mayor", "mayor", "/assets/approvals/"),
                ("desk", "assets", "/assets/desk/"),
                ("overdue", "assets", "/assets/desk/?pile=overdue"),
                ("register", "assets", "/assets/register/"),
                ("one asset", "assets", f"/assets/item/{middle}/"),
            )
        ]

    def _division(self, name: str) -> int:
        from organization.models import Division

        return int(Division.objects.values_list("pk", flat=True).get(name=name))

    def _client(self, who: str) -> Any:
        from django.test import Client

        from organization.models import User

        if who not in self.clients:
            client = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)
            client.force_login(User.objects.get(username=who))
            self.clients[who] = client
        return self.clients[who]

    def ask(self, who: str, address: str, times: int = 1) -> dict[str, Any]:
        """Milliseconds of each of `times` requests, the status and the size of the last."""
        client, taken = self._client(who), []
        for _turn in range(times):
            begun = time.perf_counter()
            response = client.get(address)
            content = response.content
            taken.append((time.perf_counter() - begun) * 1000)
        return {"status": response.status_code, "ms": taken, "bytes": len(content)}

    def plans(self, who: str, address: str, most: int = MOST_ROWS) -> dict[str, Any]:
        """How many queries the page makes, and those that read more than `most` rows of a table for nothing."""
        from django.db import connection

        seen: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            seen.append((sql, params))
            return execute(sql, params, many, context)

        client = self._client(who)
        with connection.execute_wrapper(note):
            status = client.get(address).status_code
        bad = []
        for sql, params in seen:
            if not sql.lstrip().startswith(("SELECT", "(SELECT")):
                continue
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (FORMAT JSON, ANALYZE) " + sql, params)
                plan = cursor.fetchone()[0]
            tree = (json.loads(plan) if isinstance(plan, str) else plan)[0]
            faults = sorted(set(_faults(tree["Plan"], most)))
            if faults:
                words = re.sub(r"SELECT .*? FROM", "SELECT … FROM", sql, count=1)[:600]
                bad.append({"faults": faults, "ms": round(tree["Execution Time"], 2), "sql": words})
        return {"status": status, "queries": len(seen), "bad": bad}

    def waiting(self, most: int) -> list[str]:
        """Loans that wait on the premises of กองช่าง, made fresh on assets that nobody holds: one each."""
        from django.db import connection

        from assets.models import Loan, LoanLine
        from ita_portal.fiscal import today

        earlier = Loan.objects.filter(fiscal_year=2600).open()
        LoanLine.objects.holding().filter(loan__in=earlier).update(held=0)
        earlier.update(state="cancelled", finished_on=today())
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH things AS (
                    SELECT a.id, a.division_id, row_number() OVER () AS n FROM assets_asset a
                    WHERE a.kind = 'single' AND a.lendable AND a.division_id = %s
                      AND NOT EXISTS (SELECT FROM assets_loanline o WHERE o.asset_id = a.id AND o.held > 0) LIMIT %s
                ), made AS (
                    INSERT INTO assets_loan (public_id, number, fiscal_year, borrower_id, entered_by_id, owner_id,
                        phone, purpose, use_at, location, start_on, due_on, state, requested_at, decided_as, reason,
                        revision, form_mark)
                    SELECT 'w' || substr(md5(random()::text), 1, 12), (SELECT coalesce(max(number), 0) FROM assets_loan
                        WHERE fiscal_year = 2600) + t.n, 2600, u.id, u.id, t.division_id, '', 'ประชุม', 'on_site', '',
                        current_date + 1, current_date + 2, 'requested', now(), '', '', 1, 'w' || md5(random()::text)
                    FROM things t, organization_user u WHERE u.username = 'staff2' RETURNING id, number, public_id
                )
                INSERT INTO assets_loanline (loan_id, asset_id, position, during, quantity, held, handed, returned,
                    lost, single)
                SELECT m.id, t.id, 1, daterange(current_date + 1, current_date + 2, '[]'), 1, 0, 0, 0, 0, true
                FROM made m JOIN things t ON t.n = m.number - (SELECT coalesce(max(number), 0) FROM assets_loan
                    WHERE fiscal_year = 2600)
                """,
                [self._division("กองช่าง"), most],
            )
        return list(Loan.objects.waiting().filter(fiscal_year=2600).values_list("public_id", flat=True))

    def still_waiting(self) -> int:
        """How many of the loans that `waiting` made nobody has decided on."""
        from assets.models import Loan

        return int(Loan.objects.waiting().filter(fiscal_year=2600).count())

    def sessions(self, who: str) -> dict[str, str]:
        """Cookies of a signed-in browser, with the token that its forms carry."""
        client = self._client(who)
        client.get("/assets/approvals/")
        return {name: morsel.value for name, morsel in client.cookies.items()}


def _faults(plan: dict[str, Any], most: int, *, limited: bool = False) -> list[str]:
    """Whole reads of large tables in a plan, and more than `most` rows read, sorted or thrown away on the way.

    limited: so many rows are taken and no more; the read ends with them.
    """
    found = []
    table = plan.get("Relation Name", "")
    loops = plan.get("Actual Loops", 1)
    removed = plan.get("Rows Removed by Filter", 0) * loops
    if plan["Node Type"] == "Seq Scan" and table in LARGE and not limited:
        if removed + plan.get("Actual Rows", 0) * loops >= most:
            found.append(f"reads all of {table}")
    elif table in LARGE and removed > max(most, MOST_ROWS):
        found.append(f"throws away {removed:.0f} rows of {table}")
    rows = sum(child.get("Actual Rows", 0) * child.get("Actual Loops", 1) for child in plan.get("Plans", []))
    if plan["Node Type"] in ("Sort", "Incremental Sort") and rows > max(most, MOST_ROWS):
        found.append(f"sorts {rows:.0f} rows")
    for child in plan.get("Plans", []):
        found += _faults(child, most, limited=plan["Node Type"] == "Limit")
    return found


if __name__ == "__main__":
    main()
