"""Demanding the return of something late leaves a trace, once a day."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from assets.choices import LoanState
from assets.errors import RefusedError
from assets.models import Loan
from assets.services.chasing import chase_loan, last_chased
from ita_portal.fiscal import BANGKOK, today

from ..cast import Cast
from .factories import DAY
from .moving import moved


def path(loan: Loan) -> str:
    """Where things are taken back."""
    return f"/assets/desk/loans/{loan.public_id}/take-back/"


@pytest.fixture
def late(loan_out: Loan) -> Loan:
    """The projector should have been back for days."""
    return moved(loan_out, -9)


def test_the_officer_demands_the_return_once_a_day(cast: Cast, late: Loan) -> None:
    client = cast.client("assets")
    assert client.get("/assets/desk/?pile=overdue").context["rows"][0].chased is None
    for how in ("โทรศัพท์", "หนังสือ"):
        answer = client.post(path(late), {"act": "chase", "how": how})
        assert (answer.status_code, answer.url) == (302, path(late))
    entry = late.entries.get(act="chase")
    assert (entry.by, entry.note, entry.state) == (cast.assets, "โทรศัพท์", LoanState.OUT)
    assert client.get("/assets/desk/?pile=overdue").context["rows"][0].chased == today()
    page = client.get(path(late))
    assert (page.context["chased"], page.context["is_chased_today"]) == (today(), True)
    assert 'name="how"' not in page.content.decode()


def test_the_next_day_it_is_demanded_again(cast: Cast, late: Loan) -> None:
    """A quarter to midnight in Bangkok and half past midnight are two days, though one day elsewhere."""
    day = today()
    for hour, minute, on in ((23, 45, day), (0, 30, day + DAY), (23, 0, day + DAY)):
        with time_machine.travel(dt.datetime.combine(on, dt.time(hour, minute), BANGKOK), tick=False):
            chase_loan(late, by=cast.assets, note="โทรศัพท์")
    assert late.entries.filter(act="chase").count() == 2
    assert last_chased([late.pk]) == {late.pk: day + DAY}


def test_only_what_is_late_by_the_officer_with_a_word_how(cast: Cast, late: Loan) -> None:
    for who in ("staff", "head", "mayor", "admin"):
        assert cast.client(who).post(path(late), {"act": "chase", "how": "โทรศัพท์"}).status_code == 403
        with pytest.raises(RefusedError) as refused:
            chase_loan(late, by=getattr(cast, who), note="โทรศัพท์")
        assert refused.value.code == "not_yours"
    for how in ("", " ", "\0", "ก" * 301):
        answer = cast.client("assets").post(path(late), {"act": "chase", "how": how})
        assert answer.status_code == 422
        assert answer.context["chase"].errors["how"]
    assert not late.entries.filter(act="chase").exists()


def test_what_is_not_late_is_not_demanded(cast: Cast, loan_out: Loan) -> None:
    with pytest.raises(RefusedError) as refused:
        chase_loan(loan_out, by=cast.assets, note="โทรศัพท์")
    assert refused.value.code == "late"
    assert cast.client("assets").post(path(loan_out), {"act": "chase", "how": "โทรศัพท์"}).status_code == 422
    waiting = Loan.objects.get(pk=loan_out.pk)
    waiting.state = LoanState.APPROVED
    waiting.save()
    with pytest.raises(RefusedError) as refused:
        chase_loan(waiting, by=cast.assets, note="โทรศัพท์")
    assert refused.value.code == "state"
