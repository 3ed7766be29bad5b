"""Two officers, two tabs, a publication while somebody confirms: each race first without its guard, then closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
import pytest
from django.db import connection, transaction
from django.utils import timezone

from guidelines.choices import State
from guidelines.errors import RefusedError
from guidelines.models import Acknowledgement, Version
from guidelines.services import documents as acts
from guidelines.services.acknowledging import acknowledge
from ita_portal.fiscal import today

from ..cast import Cast
from ..races import at_once, begin, wait_until_blocked
from .document_factories import confirmed, drafted, published

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(found: list[Any]) -> tuple[int, list[str]]:
    """How many were done, and the codes of the refusals; anything else that was raised is a fault."""
    codes = [item.code for item in found if isinstance(item, RefusedError)]
    faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
    assert not faults, faults
    return len(found) - len(codes), sorted(codes)


@contextmanager
def without(model: Any, name: str) -> Iterator[None]:
    """The database without one of its constraints; afterwards only the first row of each kind is left."""
    constraint = next(item for item in model._meta.constraints if item.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            model.objects.filter(pk__in=list(model.objects.order_by("pk").values_list("pk", flat=True))[1:]).delete()
            cursor.execute("SET session_replication_role = origin")
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


class TestTwoConfirmationsAtOnce:
    def test_without_the_constraint_there_are_two(self, cast: Cast) -> None:
        version = published(cast)
        with without(Acknowledgement, "guideline_acknowledged_once"):
            at_once(*[lambda: confirmed(version, cast.staff)] * 2)
            assert Acknowledgement.objects.count() == 2

    def test_with_it_both_are_told_of_one(self, cast: Cast) -> None:
        document = published(cast).document
        found = at_once(*[lambda: acknowledge(document, 1, by=cast.staff)] * 2)
        assert outcome(found) == (2, []) and found[0] == found[1]
        assert Acknowledgement.objects.count() == 1


class TestTwoOfficersPublish:
    def test_one_publishes_and_the_other_is_told(self, cast: Cast) -> None:
        draft = drafted(cast, published(cast).document)
        done, codes = outcome(
            at_once(*[lambda: acts.publish(Version.objects.get(pk=draft.pk), by=cast.secretary, edits=draft.edits)] * 2)
        )
        assert (done, codes) == (1, ["guideline_version_stays"])
        assert set(draft.document.versions.values_list("number", flat=True)) == {1, 2}

    def test_without_a_lock_the_words_of_one_are_published_by_the_other_unseen(self, cast: Cast) -> None:
        draft = drafted(cast, published(cast).document)
        seen = Version.objects.get(pk=draft.pk)  # an officer looks at it
        acts.change_draft(draft, acts.Words("ของอีกคน", body="ใหม่", change_note="ก", reason="ข"),
                          by=cast.secretary, edits=draft.edits)  # fmt: skip
        with transaction.atomic():
            Version.objects.filter(pk=draft.pk).update(
                state=State.PUBLISHED, number=2, in_force_on=today(), asks_from=2, published_by=cast.secretary,
                published_at=timezone.now(),
            )  # fmt: skip
            assert Version.objects.get(pk=draft.pk).body != seen.body  # nobody had seen what is in force now
            transaction.set_rollback(True)
        with pytest.raises(RefusedError) as refused:
            acts.publish(seen, by=cast.secretary, edits=seen.edits)
        assert refused.value.code == "changed"

    def test_two_drafts_are_one(self, cast: Cast) -> None:
        document = published(cast).document
        found = at_once(*[lambda: acts.begin_draft(document, by=cast.secretary)] * 2)
        assert outcome(found) == (2, []) and found[0] == found[1]


class TestPublishedWhileSomebodyConfirms:
    def test_without_the_trigger_a_version_that_was_replaced_is_confirmed(self, cast: Cast) -> None:
        first = published(cast)
        draft = drafted(cast, first.document)
        with pgtrigger.ignore("guidelines.Acknowledgement:of_what_is_in_force"):
            with transaction.atomic():
                acts.publish(draft, by=cast.secretary, edits=draft.edits)
                late = begin(lambda: _ignoring(first, cast))
                assert not isinstance(late.exception(timeout=60), RefusedError)
            assert Acknowledgement.objects.get().version == first

    def test_with_it_whoever_comes_second_waits_and_is_told(self, cast: Cast) -> None:
        first = published(cast)
        draft = drafted(cast, first.document)
        with transaction.atomic():
            acts.publish(draft, by=cast.secretary, edits=draft.edits)
            late = begin(lambda: acknowledge(first.document, 1, by=cast.staff))
            assert wait_until_blocked(late)
        with pytest.raises(RefusedError) as refused:
            late.result(timeout=60)
        assert refused.value.code == "guideline_not_in_force"
        assert not Acknowledgement.objects.exists()


def _ignoring(version: Version, cast: Cast) -> Acknowledgement:
    """A confirmation in a connection of its own, without a look at what is in force and without telling the pages."""
    names = ("of_what_is_in_force", "bumps_guidelines_pages")
    with pgtrigger.ignore(*(f"guidelines.Acknowledgement:{name}" for name in names)):
        return confirmed(version, cast.staff)
