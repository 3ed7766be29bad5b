"""Two hundred people want the same thing for the same days: one gets it, everybody else reads a sentence."""

from __future__ import annotations

import itertools
import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assets.choices import LoanState
from assets.errors import RefusedError
from assets.models import Asset, Handover, Loan, LoanEntry, LoanLine
from assets.services import decisions
from assets.services.decisions import approve_loan
from assets.services.requests import request_loans
from ita_portal.fiscal import today
from organization.models import User

from ..cast import Cast
from ..factories import UserFactory
from .factories import DAY, approved, mark, requested, wish
from .test_races import held, outcome, without_exclusion

pytestmark = pytest.mark.django_db(transaction=True)

CROWD, CONNECTIONS = 200, 24
CROWD_OF_PAGES = 48
"""Whole pages take longer than acts: twice as many as there are connections."""


def crowd(acts: Sequence[Callable[[], Any]], connections: int = CONNECTIONS) -> list[Any]:
    """All acts, as many at a time as there are connections, the first ones together; results or exceptions."""
    barrier = threading.Barrier(min(connections, len(acts)))
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(acts)):
        waiting.put(number)
    found: list[Any] = [None] * len(acts)

    def work(_worker: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            while True:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    found[number] = acts[number]()
                except Exception as error:  # what an act raised is its result
                    found[number] = error
        finally:
            connection.close()

    with ThreadPoolExecutor(barrier.parties) as pool:
        list(pool.map(work, range(barrier.parties)))
    return found


@pytest.fixture
def borrowers(cast: Cast) -> list[User]:
    people: list[User] = User.objects.bulk_create(
        UserFactory.build(username=f"crowd{number}", division=cast.staff2.division) for number in range(CROWD)
    )
    return people


def ask_together(borrowers: Sequence[User], asset: Asset) -> list[Loan]:
    """Everybody asks at once, for three days around the same one: a request holds nothing."""
    asks = [
        lambda person=person, start=number % 3: request_loans(
            wish(asset, start=start, days=3), borrower=person, entered_by=person, form_mark=mark()
        )
        for number, person in enumerate(borrowers)
    ]
    found = crowd(asks)
    assert not [item for item in found if isinstance(item, Exception)]
    return [loans[0] for loans in found]


def approve_together(loans: Sequence[Loan], by: User) -> list[Any]:
    return crowd([lambda loan=loan: approve_loan(loan, by=by, revision=1) for loan in loans])


def test_exactly_one_holds_and_the_others_read_a_sentence(cast: Cast, borrowers: list[User], projector: Asset) -> None:
    loans = ask_together(borrowers, projector)
    assert sorted(Loan.objects.values_list("number", flat=True)) == list(range(1, CROWD + 1))
    assert held(projector) == 0
    found = approve_together(loans, cast.head)
    done, codes = outcome(found)
    assert (done, len(codes)) == (1, CROWD - 1)
    assert set(codes) <= {"taken", "loan_line_not_lent_twice"}
    assert all(str(item).strip() for item in found if isinstance(item, RefusedError))
    assert held(projector) == 1
    assert Loan.objects.filter(state=LoanState.APPROVED).count() == 1
    assert LoanEntry.objects.filter(act="approve").count() == 1


def test_the_race_is_open_without_the_guard(cast: Cast, projector: Asset) -> None:
    """No lock on the thing, no constraint: everybody looks before anybody has written, and all of them hold."""
    many = 12
    loans = [requested(cast.staff, projector, start=number % 3) for number in range(many)]
    everybody_looked, look = threading.Barrier(many), decisions.refusals

    def looks_and_waits(*words: Any, **more: Any) -> Any:
        found = list(look(*words, **more))
        everybody_looked.wait(timeout=30)
        return iter(found)

    def unlocked(loan: Loan) -> list[LoanLine]:
        return list(loan.lines.select_related("asset"))

    with (
        without_exclusion(),
        mock.patch.object(decisions, "refusals", looks_and_waits),
        mock.patch.object(decisions, "locked_lines", unlocked),
    ):
        done, codes = outcome(approve_together(loans, cast.head))
        assert (done, codes) == (many, [])
        assert held(projector) == many, "one projector, promised to twelve"


def test_never_more_pieces_than_there_are(cast: Cast, borrowers: list[User], chairs: Asset) -> None:
    people = borrowers[:60]
    loans = [requested(person, chairs, quantity=3, start=number % 3) for number, person in enumerate(people)]
    done, codes = outcome(approve_together(loans, cast.head))
    assert (done, set(codes)) == (3, {"taken"})
    assert held(chairs) == 9


# Through the pages -------------------------------------------------------------------------------------------


def together(cast: Cast, names: Sequence[str], address: str, forms: Sequence[dict[str, Any]]) -> Counter[int]:
    """Send all forms at once to one address (with `{}`: the form's `loan`); the answers' status codes."""
    cookies = {name: cast.client(name).cookies for name in set(names)}

    def send(name: str, form: dict[str, Any]) -> int:
        client = Client(raise_request_exception=False)
        client.cookies = cookies[name]
        data = {key: value for key, value in form.items() if key != "loan"}
        return client.post(address.format(form.get("loan", "")), data).status_code

    sends = [lambda name=name, form=form: send(name, form) for name, form in zip(itertools.cycle(names), forms)]
    found = crowd(sends)
    assert not [item for item in found if isinstance(item, Exception)], found
    return Counter(found)


def asked(asset: Asset, form_mark: str) -> dict[str, Any]:
    return {
        "asset": asset.number, "quantity": "1", "start_on": today().isoformat(),
        "due_on": (today() + 2 * DAY).isoformat(), "purpose": f"ประชุมประชาคม {form_mark}", "place": "on_site",
        "location": "ห้องประชุม", "form_mark": form_mark,
    }  # fmt: skip


def test_the_same_through_the_pages(cast: Cast, projector: Asset) -> None:
    forms = [asked(projector, f"crowd-{number}") for number in range(CROWD_OF_PAGES)]
    assert together(cast, ["staff", "staff2"], reverse("assets:loan_new"), forms) == {302: CROWD_OF_PAGES}
    loans = Loan.objects.values_list("public_id", flat=True)
    decide = [{"loan": loan, "decision": "approve", "revision": "1"} for loan in loans]
    address = reverse("assets:decide", args=["LOAN"]).replace("LOAN", "{}")
    assert together(cast, ["head"], address, decide) == {302: 1, 422: CROWD_OF_PAGES - 1}
    assert held(projector) == 1
    assert Loan.objects.filter(state=LoanState.APPROVED).count() == 1


def test_a_double_click_is_one(cast: Cast, projector: Asset) -> None:
    """The same form twice at once, as an impatient finger sends it: one record, and both see where it led."""
    twice = [asked(projector, "double")] * 2
    assert together(cast, ["staff"], reverse("assets:loan_new"), twice) == {302: 2}
    loan = Loan.objects.get()
    decide = {"decision": "approve", "revision": "1"}
    assert together(cast, ["head"], reverse("assets:decide", args=[loan.public_id]), [decide] * 2) == {302: 2}
    assert LoanEntry.objects.filter(act="approve").count() == 1


def test_two_windows_are_two_requests_and_one_promise(cast: Cast, projector: Asset) -> None:
    forms = [asked(projector, "first window"), asked(projector, "second window")]
    assert together(cast, ["staff"], reverse("assets:loan_new"), forms) == {302: 2}
    loans = [{"loan": loan.public_id, "decision": "approve", "revision": "1"} for loan in Loan.objects.all()]
    address = reverse("assets:decide", args=["LOAN"]).replace("LOAN", "{}")
    assert together(cast, ["head"], address, loans) == {302: 1, 422: 1}


def test_handed_out_and_taken_back_by_a_double_click(cast: Cast, projector: Asset) -> None:
    """Both clicks lead on to the same page; the thing changed hands once."""
    loan = approved(cast.staff, cast.head, projector)
    line = loan.lines.get().pk
    words = {"person": "มานะ", f"condition-{line}": "good", f"note-{line}": ""}
    for name, choice in (("hand_out", {f"pieces-{line}": "1"}), ("take_back", {f"back-{line}": "good"})):
        form = {**words, **choice, "form_mark": f"double-{name}".replace("_", "-")}
        assert together(cast, ["assets"], reverse(f"assets:{name}", args=[loan.public_id]), [form] * 3) == {302: 3}
    assert list(Handover.objects.values_list("kind", flat=True)) == ["out", "back"]
    assert (held(projector), Loan.objects.get().state) == (0, LoanState.RETURNED)


def test_two_officers_hand_out_and_take_back(cast: Cast, projector: Asset) -> None:
    """Two windows: one does it, the other reads that it is done."""
    loan = approved(cast.staff, cast.head, projector)
    line = loan.lines.get().pk
    words = {"person": "มานะ", f"condition-{line}": "good", f"note-{line}": ""}
    for name, choice in (("hand_out", {f"pieces-{line}": "1"}), ("take_back", {f"back-{line}": "good"})):
        forms = [
            {**words, **choice, "form_mark": f"{window}-window".replace("_", "-")}
            for window in (f"first-{name}", f"other-{name}")
        ]
        found = together(cast, ["assets"], reverse(f"assets:{name}", args=[loan.public_id]), forms)
        assert found == {302: 1, 422: 1}
    assert Handover.objects.count() == 2
