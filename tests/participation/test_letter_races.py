"""Two officers, a sender and an officer, one form twice: each race first without its guard, then closed by it."""

from __future__ import annotations

import pytest
from django.db import transaction

from participation.choices import LetterState, Publication
from participation.errors import RefusedError
from participation.models import Letter, LetterMessage
from participation.services import letters as senders
from participation.services import letters_acts as acts
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from .letters import answered, finance, receipt, routed, seed, sent, works

pytestmark = pytest.mark.django_db(transaction=True)


def codes_of(found: list[object]) -> list[str]:
    """The codes of refusals; anything else that was raised is a fault."""
    faults = [one for one in found if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults
    return sorted(one.code for one in found if isinstance(one, RefusedError))


def test_two_officers_give_a_letter_to_two_divisions(cast: Cast) -> None:
    letter, divisions = sent(), (works(), finance())

    # Without the guard: both saw the letter with nobody, and the second writes over the first.
    seen = [Letter.objects.get(pk=letter.pk) for _officer in range(2)]
    for row, division in zip(seen, divisions, strict=True):
        assert row.state == LetterState.RECEIVED
        row.state, row.division = LetterState.WITH_DIVISION, division
        row.save(update_fields=["state", "division"])
    letter.refresh_from_db()
    assert letter.division == divisions[1], "the first decision is lost, and nobody was told"

    fresh = sent()
    found = at_once(
        *(
            lambda division=division: acts.route_letter(fresh, division, by=cast.secretary, seen=fresh.revision)
            for division in divisions
        )
    )
    assert codes_of(found) == ["changed"]
    done = next(one for one in found if isinstance(one, Letter))
    fresh.refresh_from_db()
    assert (fresh.division, fresh.revision) == (done.division, 2)


def test_the_same_press_twice_is_one_act(cast: Cast) -> None:
    letter, division = sent(), works()
    found = at_once(
        *[lambda: acts.route_letter(letter, division, by=cast.secretary, seen=letter.revision)] * 2
    )  # fmt: skip
    assert codes_of(found) == []
    letter.refresh_from_db()
    assert letter.revision == 2


def test_two_answers_at_once_are_one(cast: Cast) -> None:
    letter = routed(cast)
    found = at_once(
        lambda: acts.answer_letter(letter, "ตอบโดยช่าง", by=cast.staff, seen=letter.revision),
        lambda: acts.answer_letter(letter, "ตอบโดยหัวหน้า", by=cast.head, seen=letter.revision),
    )
    assert codes_of(found) == ["changed"]
    done = next(one for one in found if isinstance(one, Letter))
    letter.refresh_from_db()
    assert (letter.answer, letter.answered_by) == (done.answer, done.answered_by)


def test_consent_taken_back_while_it_is_published(cast: Cast) -> None:
    """The officer's publication waits for the sender's word, and then finds no consent."""
    letter = answered(cast)
    with transaction.atomic():
        senders.withdraw_publication(letter)
        publishing = begin(
            lambda: acts.publish_letter(
                letter, subject="ก", text="ข", answer="ค", with_name=False, by=cast.secretary, seen=letter.revision
            )
        )
        assert wait_until_blocked(publishing)
    with pytest.raises(RefusedError):
        publishing.result()
    letter.refresh_from_db()
    assert (letter.consent, letter.publication) == (False, Publication.UNDECIDED)


def test_one_form_sent_twice_at_once(cast: Cast) -> None:
    mark = seed()
    found = at_once(*[lambda: receipt(seed=mark)] * 4)
    assert codes_of(found) == []
    assert len({one.code.digits for one in found}) == 1 and sum(one.is_new for one in found) == 1
    letter = Letter.objects.get()
    message = seed()
    found = at_once(*[lambda: senders.write_again(letter, "เพิ่ม", seed=message)] * 3)
    assert codes_of(found) == []
    assert LetterMessage.objects.count() == 1
