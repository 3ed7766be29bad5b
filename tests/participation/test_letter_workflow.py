"""The table of transitions, walked whole: every act in every state does what the table says, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from participation.choices import LetterAct, LetterState
from participation.errors import RefusedError
from participation.letters_workflow import TRANSITIONS, allows
from participation.models import Letter
from participation.services import letters as senders
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import answered, finance, receipt, routed, seed, sent, works

pytestmark = pytest.mark.django_db
S = LetterState


def _in_states(cast: Cast) -> dict[LetterState, Callable[[], Letter]]:
    return {
        S.RECEIVED: sent,
        S.WITH_DIVISION: lambda: routed(cast),
        S.ANSWERED: lambda: answered(cast),
        S.CLOSED: lambda: acts.close_letter(answered(cast), by=cast.staff),
        S.REFUSED: lambda: acts.refuse_letter(sent(), "elsewhere", by=cast.secretary),
    }


def _acts(cast: Cast) -> dict[LetterAct, Callable[[Letter], object]]:
    by = cast.secretary
    return {
        LetterAct.ROUTE: lambda one: acts.route_letter(one, works(), by=by),
        LetterAct.SEND_ON: lambda one: acts.send_on_letter(one, finance(), note="ภาษี", by=by),
        LetterAct.GIVE_BACK: lambda one: acts.give_back_letter(one, note="ไม่ใช่งานเรา", by=by),
        LetterAct.REFUSE: lambda one: acts.refuse_letter(one, "twice", by=by),
        LetterAct.TAKE_UP: lambda one: acts.take_up_letter(one, by=by),
        LetterAct.ANSWER: lambda one: acts.answer_letter(one, "ตอบแล้ว", by=by),
        LetterAct.CORRECT: lambda one: acts.correct_answer(one, "แก้คำตอบ", by=by),
        LetterAct.CLOSE: lambda one: acts.close_letter(one, by=by),
        LetterAct.PUBLISH: lambda one: acts.publish_letter(
            one, subject="ก", text="ข", answer="ค", with_name=False, by=by
        ),
        LetterAct.WITHHOLD: lambda one: acts.withhold_letter(one, note="มีชื่อคน", by=by),
        LetterAct.WRITE_AGAIN: lambda one: senders.write_again(one, "เพิ่มเติม", seed=seed()),
        LetterAct.RATE: lambda one: senders.rate_answer(one, "clear"),
        LetterAct.CONSENT: senders.allow_publication,
        LetterAct.WITHDRAW: senders.withdraw_publication,
    }


def test_every_act_in_every_state(cast: Cast) -> None:
    states, doing = _in_states(cast), _acts(cast)
    assert set(states) == set(S)
    assert set(doing) == set(TRANSITIONS) == set(LetterAct) - {LetterAct.SEND, LetterAct.FORGET}
    for state, make in states.items():
        for act, do in doing.items():
            letter = make()
            assert letter.state == state
            if act == LetterAct.CONSENT:  # what is allowed already stays as it is
                Letter.objects.filter(pk=letter.pk).update(consent=False)
            if allows(act, state):
                do(letter)
                letter.refresh_from_db()
                assert letter.state == TRANSITIONS[act][state], (act, state)
                if act == LetterAct.RATE:  # no act of the history: the desk is not out of date by it
                    assert letter.rating == "clear" and letter.last_act != act
                    continue
                assert (letter.last_act, letter.acted_by_id is None) == (act, act in _BY_SENDER)
                assert letter.revision > 1
            else:
                before = letter.revision
                with pytest.raises(RefusedError) as refused:
                    do(letter)
                assert refused.value.code == "not_now", (act, state)
                letter.refresh_from_db()
                assert (letter.state, letter.revision) == (state, before)


_BY_SENDER = {LetterAct.WRITE_AGAIN, LetterAct.CONSENT, LetterAct.WITHDRAW}


def test_the_table_has_no_dead_end_before_the_end() -> None:
    leads = {state: {after[state] for after in TRANSITIONS.values() if state in after} - {state} for state in S}
    assert leads[S.RECEIVED] == {S.WITH_DIVISION, S.REFUSED}
    assert leads[S.CLOSED] == set()
    assert all(leads[state] for state in S if state != S.CLOSED)


def test_who_may_do_what(cast: Cast) -> None:
    """Others than the plan office touch only letters of their division, and never decide for it."""
    for act, do in {
        LetterAct.ROUTE: lambda by: acts.route_letter(sent(), works(), by=by),
        LetterAct.REFUSE: lambda by: acts.refuse_letter(routed(cast), "twice", by=by),
        LetterAct.PUBLISH: lambda by: acts.publish_letter(
            answered(cast), subject="ก", text="ข", answer="ค", with_name=False, by=by
        ),
        LetterAct.WITHHOLD: lambda by: acts.withhold_letter(answered(cast), note="ก", by=by),
        LetterAct.TAKE_UP: lambda by: acts.take_up_letter(
            acts.refuse_letter(routed(cast), "twice", by=cast.secretary), by=by
        ),
    }.items():
        for by in (cast.staff, cast.head, cast.staff2, cast.admin, cast.mayor):
            with pytest.raises(RefusedError) as refused:
                do(by)
            assert refused.value.code == "not_yours", (act, by)
    for by in (cast.staff2, cast.mayor, cast.admin, cast.integrity, cast.budget):
        with pytest.raises(RefusedError) as refused:
            acts.answer_letter(routed(cast), "ตอบ", by=by)
        assert refused.value.code == "not_yours", by
    for by in (cast.staff, cast.head, cast.secretary):
        assert acts.answer_letter(routed(cast), "ตอบ", by=by).answered_by == by
    assert acts.answer_letter(routed(cast, finance()), "ตอบ", by=cast.budget).state == S.ANSWERED
    assert receipt().letter.acted_by is None
