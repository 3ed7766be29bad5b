"""The asset officer's list: its piles, its search, its file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.choices import LoanState
from assets.models import Asset, Loan
from assets.services.handovers import Pieces, take_back

from ..cast import Cast
from .factories import AssetFactory, approved, handed_out, mark, requested
from .moving import moved

DESK, FILE = "/assets/desk/", "/assets/desk/loans.csv"


def shown(cast: Cast, query: str = "") -> list[int]:
    """Primary keys of the loans in the list."""
    answer = cast.client("assets").get(DESK + query)
    assert answer.status_code == 200
    return [row.loan.pk for row in answer.context["rows"]]


@pytest.fixture
def piles(cast: Cast) -> dict[str, Loan]:
    """A loan of each kind, each of another thing."""

    def out(days: int) -> Loan:
        return moved(handed_out(cast.staff, cast.head, cast.assets, AssetFactory()), days)

    back = out(0)
    take_back(back, [Pieces(back.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    return {
        "waiting": requested(cast.staff, AssetFactory()),
        "collect": approved(cast.staff, cast.head, AssetFactory()),
        "gone": moved(approved(cast.staff, cast.head, AssetFactory()), -5),
        "later": approved(cast.staff2, cast.head, AssetFactory(), start=4),
        "out": out(0),
        "today": out(-2),
        "overdue": out(-6),
        "back": back,
    }


def test_only_the_asset_officer_has_the_desk(cast: Cast) -> None:
    for path in (DESK, FILE, "/assets/desk/incidents/"):
        for who in ("staff", "head", "mayor", "admin", "secretary"):
            assert cast.client(who).get(path).status_code == 403
        assert cast.client("assets").get(path).status_code == 200


def test_the_piles(cast: Cast, piles: dict[str, Loan]) -> None:
    names = {loan.pk: name for name, loan in piles.items()}
    found = {
        pile: [names[pk] for pk in shown(cast, f"?pile={pile}")]
        for pile in ("", "collect", "later", "out", "today", "overdue", "waiting")
    }
    assert found == {
        "": ["gone", "collect"], "collect": ["gone", "collect"], "later": ["later"],
        "out": ["overdue", "today", "out"], "today": ["today"], "overdue": ["overdue"], "waiting": ["waiting"],
    }  # fmt: skip
    assert set(shown(cast, "?pile=all")) == set(names)
    page = cast.client("assets").get(DESK)
    assert {item["name"]: item["count"] for item in page.context["piles"]} == {
        "collect": "2", "later": "1", "out": "3", "today": "1", "overdue": "1", "waiting": "1", "all": "",
    }  # fmt: skip
    assert [row.to_collect for row in page.context["rows"]] == ["gone", "today"]


def test_search_by_number_person_and_thing(cast: Cast, piles: dict[str, Loan]) -> None:
    out, later = piles["out"], piles["later"]
    asset = out.lines.get().asset
    for words in (
        out.reference, asset.number, asset.label, f"https://example.org/assets/item/{asset.label}/",
        asset.number.replace("4", "๔"), out.reference.replace("/", " / "),
    ):  # fmt: skip
        assert shown(cast, f"?q={words}") == [out.pk], words
    assert shown(cast, "?q=staff2") == [later.pk]
    assert shown(cast, f"?q={asset.name}&pile=out") == [out.pk]
    assert shown(cast, "?q=ไม่มีของนี้") == []
    assert out.pk in shown(cast, f"?q={out.number}")


def test_filters(cast: Cast, piles: dict[str, Loan]) -> None:
    division = cast.staff2.division_id
    assert shown(cast, f"?pile=all&division={division}") == [piles["later"].pk]
    day = piles["overdue"].due_on
    assert shown(cast, f"?pile=all&since={day}&until={day}") == [piles["overdue"].pk]
    thai = f"{day.day}/{day.month}/{day.year + 543}"
    assert shown(cast, f"?pile=out&until={thai}") == [piles["overdue"].pk]


NONSENSE = (
    "?pile=moon",
    "?pile=all&since=x&until=99/99/9999",
    "?division=x",
    "?after=1.1",
    "?after=2026-01-01.999999999999999999",
    "?q=" + "9" * 250,
    "?q=99999999/2570",
    "?q=1/99999",
    "?q=%25_%27",
    "?division=1&division=2&q=a&q=b",
    "?q=   ",
)


def test_nonsense_in_the_address_is_no_error(cast: Cast, piles: dict[str, Loan]) -> None:
    client = cast.client("assets")
    for query in NONSENSE:
        assert client.get(DESK + query).status_code == 200, query
        assert b"".join(client.get(FILE + query)).startswith(b"\xef\xbb\xbf"), query


@pytest.mark.parametrize("pile", ["collect", "all"])
def test_pages_by_key_hold_every_loan_once(cast: Cast, pile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.views.desk.PAGE", 4)
    loans = [approved(cast.staff, cast.head, AssetFactory(), days=1 + number % 3) for number in range(9)]
    client, query, found = cast.client("assets"), f"pile={pile}", []
    for _page in range(4):
        page = client.get(f"{DESK}?{query}")
        found += [row.loan.pk for row in page.context["rows"]]
        query = page.context["next"]
        if not query:
            break
    assert sorted(found) == sorted(loan.pk for loan in loans)
    assert len(found) == len(set(found))


def test_the_file_is_the_list(cast: Cast, piles: dict[str, Loan], chairs: Asset) -> None:
    both = requested(cast.staff, chairs, AssetFactory(), quantity=1, purpose="=1+1")
    answer = cast.client("assets").get(FILE + "?pile=all")
    assert answer.streaming
    content = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 1 + len(piles) + 2
    assert {row[0] for row in rows[1:]} == {loan.reference for loan in [*piles.values(), both]}
    assert [row[10] for row in rows if row[0] == both.reference] == ["'=1+1"] * 2
    overdue = b"".join(cast.client("assets").get(FILE + "?pile=overdue")).decode("utf-8-sig")
    assert [row[7] for row in csv.reader(io.StringIO(overdue))][1:] == ["4"]


@pytest.mark.parametrize("count", [2, 30])
def test_the_desk_needs_few_queries(cast: Cast, count: int) -> None:
    for _number in range(count):
        approved(cast.staff, cast.head, AssetFactory())
    client = cast.client("assets")
    client.get(DESK)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(DESK)
    assert len(page.context["rows"]) == min(count, 25)
    assert len(queries) <= 17, "\n".join(query["sql"][:150] for query in queries)


def test_an_empty_pile_says_so(cast: Cast) -> None:
    for pile in ("collect", "overdue", "all"):
        assert 'class="empty"' in cast.client("assets").get(f"{DESK}?pile={pile}").content.decode()


def test_what_was_cancelled_is_among_all(cast: Cast, approved_loan: Loan) -> None:
    path = f"/assets/desk/loans/{approved_loan.public_id}/hand-out/"
    client: Any = cast.client("assets")
    assert client.post(path, {"act": "cancel", "reason": " "}).status_code == 422
    for _click in range(2):
        assert client.post(path, {"act": "cancel", "reason": "ไม่มีผู้มารับ"}).status_code == 302
    approved_loan.refresh_from_db()
    assert approved_loan.state == LoanState.CANCELLED
    assert approved_loan.entries.filter(act="cancel").count() == 1
    assert shown(cast, "?pile=all") == [approved_loan.pk]
    assert client.post(path, {"act": "cancel", "reason": "อีกครั้ง"}).status_code == 302
