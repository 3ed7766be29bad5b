"""Loans and incidents in the back office: to read, in few queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Incident, Loan
from assets.services.handovers import Pieces, take_back

from ..cast import Cast
from .factories import AssetFactory, handed_out, mark

LOANS, INCIDENTS = "/admin/assets/loan/", "/admin/assets/incident/"


def fill(cast: Cast, count: int) -> Loan:
    """Loans that came back damaged; the last of them, with `count` things."""
    for _number in range(count):
        _back(cast, handed_out(cast.staff, cast.head, cast.assets, AssetFactory()))
    many = handed_out(cast.staff, cast.head, cast.assets, *(AssetFactory() for _number in range(count)))
    return _back(cast, many)


def _back(cast: Cast, loan: Loan) -> Loan:
    pieces = [Pieces(line.pk, 1, "damaged", "แตก") for line in loan.lines.all()]
    take_back(loan, pieces, by=cast.assets, person="มานะ", form_mark=mark())
    return loan


@pytest.mark.parametrize("count", [2, 12])
def test_every_page_needs_few_queries(cast: Cast, count: int) -> None:
    loan = fill(cast, count)
    incident = Incident.objects.order_by("pk").first()
    assert incident is not None
    client = cast.client("assets")
    for page in (
        LOANS, f"{LOANS}?q={loan.reference}", f"{LOANS}?state=returned&q=staff", f"{LOANS}{loan.pk}/change/",
        f"{LOANS}{loan.pk}/history/", INCIDENTS, f"{INCIDENTS}?kind=damaged&q=416", f"{INCIDENTS}{incident.pk}/change/",
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200, page
        assert len(queries) <= 20, page + "\n".join(query["sql"][:150] for query in queries)


def test_nothing_is_changed_here(cast: Cast) -> None:
    loan = fill(cast, 1)
    incident = Incident.objects.order_by("pk").first()
    assert incident is not None
    client = cast.client("assets")
    for base, pk in ((LOANS, loan.pk), (INCIDENTS, incident.pk)):
        assert client.get(f"{base}add/").status_code == 403
        assert client.post(f"{base}{pk}/change/", {"state": "requested"}).status_code == 403
        assert client.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403
        assert cast.client("secretary").get(base).status_code == 403


def test_a_loan_is_found_as_at_the_desk(cast: Cast) -> None:
    loan = fill(cast, 3)
    other = Loan.objects.order_by("pk").first()
    assert other is not None
    client = cast.client("assets")
    for words in (loan.reference, loan.lines.first().asset.number):  # type: ignore[union-attr]
        rows = list(client.get(LOANS, {"q": words}).context["cl"].queryset)
        assert rows == [loan], words
    page = client.get(f"{LOANS}{loan.pk}/change/").content.decode()
    assert loan.lines.first().asset.number in page  # type: ignore[union-attr]
