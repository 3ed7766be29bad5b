"""What a counter writes down: what was found of an asset, and what nobody expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import BANGKOK
from ita_portal.thai import short_date
from ita_portal.uploads import SafeUpload
from organization.models import User

from ..choices import BACK, USABLE, Condition, CountResult
from ..errors import SENTENCES, RefusedError, refusal_of
from ..models import Asset, Counter, CountItem, CountSession, Surprise
from ..models.register import clean_number
from .acts import require
from .counts import is_asset_officer
from .photos import keep_photos


@dataclass(frozen=True, slots=True)
class Finding:
    """What a counter saw of one asset. found: pieces seen; damaged: those of them that cannot be used.

    condition: of the worst piece seen; empty where nothing was seen. place: where, if not where it should be.
    """

    result: str
    found: int = 1
    condition: str = Condition.GOOD
    damaged: int = 0
    place: str = ""
    note: str = ""

    @classmethod
    def as_expected(cls, item: CountItem) -> Finding:
        """Everything found, usable, in its place: the one tap."""
        return cls(CountResult.FOUND, found=item.expected)

    def checked(self, item: CountItem) -> Finding:
        """With what follows from the rest filled in. RefusedError where it cannot be (codes: the field's name)."""
        require(self.result in CountResult.values[1:], "result", _("Choose what you found."))
        if self.result == CountResult.MISSING and (item.asset.is_single or self.found == 0):
            return replace(self, found=0, condition="", damaged=0, place="")
        found = 1 if item.asset.is_single else self.found
        require(self.condition in BACK, "condition", _("Choose the condition."))
        if self.result == CountResult.MISSING:
            require(
                found < item.expected,
                "found",
                _("Missing means that fewer than %(count)s were found.") % {"count": item.expected},
            )
        else:
            require(
                found >= item.expected,
                "found",
                _("Fewer than %(count)s were found: choose “missing” and write how many are there.")
                % {"count": item.expected},
            )
        place = "" if self.result == CountResult.FOUND else self.place
        require(self.result != CountResult.WRONG_PLACE or bool(place), "place", _("Say where it was found."))
        if self.condition in USABLE:
            require(self.damaged == 0, "damaged", _("Choose “damaged” where pieces cannot be used."))
            return replace(self, found=found, place=place)
        damaged = found if item.asset.is_single else self.damaged
        require(
            1 <= damaged <= found, "damaged", _("Write how many of the pieces found cannot be used: 1 to %(count)s.")
            % {"count": found},
        )  # fmt: skip
        return replace(self, found=found, place=place, damaged=damaged)


def counter_of(session: CountSession, user: User) -> bool:
    """Whether `user` counts in `session`: appointed, and no asset officer today (clause 213)."""
    return Counter.objects.filter(session=session, user=user).exists() and not is_asset_officer(user)


def count_item(
    item: CountItem, finding: Finding, *, by: User, revision: int, photos: Sequence[SafeUpload] = ()
) -> CountItem:
    """Write down what was found of one asset, or correct it. revision: of the entry that the counter saw.

    Counted once: who comes second is told by whom and what (RefusedError, code: counted) and may correct it then; the
    same entry sent twice is done once. What a correction replaces is kept by the database.
    """
    try:
        with transaction.atomic():
            _open_for(item.session, by)
            current = CountItem.objects.select_related("asset").get(pk=item.pk)
            checked = finding.checked(current)
            values = {
                "result": checked.result,
                "found": checked.found,
                "damaged": checked.damaged,
                "condition": checked.condition,
                "found_place": checked.place,
                "note": checked.note,
            }
            rows = CountItem.objects.filter(pk=item.pk, revision=revision)
            done = rows.update(**values, counted_by=by, counted_at=timezone.now(), revision=revision + 1)
            saved = CountItem.objects.select_related("asset", "counted_by", "session").get(pk=item.pk)
            if done:
                keep_photos(photos, by=by, count_item=saved)
                return saved
            same = all(getattr(saved, name) == value for name, value in values.items())
            if same and saved.counted_by_id == by.pk and saved.revision == revision + 1:
                return saved
            raise RefusedError("counted", already_counted(saved))
    except IntegrityError as error:
        raise refusal_of(error) from error


def already_counted(item: CountItem) -> str:
    """By whom it was counted, when, and what they found."""
    if item.counted_at is None:
        return _("It was not counted yet.")
    return _("%(person)s counted it on %(day)s at %(time)s: %(result)s.") % {
        "person": item.counted_by,
        "day": short_date(item.counted_at),
        "time": f"{timezone.localtime(item.counted_at, BANGKOK):%H:%M}",
        "result": item_result(item),
    }


def item_result(item: CountItem) -> str:
    """The result in words that say whether some of the pieces are there, or are with a borrower."""
    if item.result == CountResult.MISSING and item.found:
        return _("Not all found")
    if item.result == CountResult.FOUND and item.found_place:
        return _("With the borrower")
    return str(item.get_result_display())


def note_surprise(
    session: CountSession,
    *,
    by: User,
    description: str,
    place: str,
    form_mark: str,
    number: str = "",
    condition: str = Condition.GOOD,
    photos: Sequence[SafeUpload] = (),
) -> Surprise:
    """Note something that is not on the list. number: the one on it, where there is one; each number once.

    form_mark: of the form; sent again by the same person it gives what it gave first. RefusedError (codes:
    not_counter, not_open, expected, surprise_number_once, description, place, condition).
    """
    typed, mark = clean_number(number)[:60], _mark(session, form_mark, by)
    try:
        with transaction.atomic():
            _open_for(session, by)
            if known := Surprise.objects.filter(form_mark=mark).first():
                return known
            require(bool(description.strip()), "description", _("Write what it is."))
            require(bool(place.strip()), "place", _("Say where it was found."))
            require(condition in BACK, "condition", _("Choose the condition."))
            asset = Asset.objects.filter(number=typed).first() if typed else None
            require(
                asset is None or not CountItem.objects.filter(session=session, asset=asset).exists(),
                "expected",
                _("%(number)s is on the list of this count. Enter it there.") % {"number": typed},
            )
            noted = Surprise.objects.create(
                session=session, number=typed, asset=asset, description=description.strip()[:300],
                found_place=place.strip()[:200], condition=condition, counted_by=by, form_mark=mark,
            )  # fmt: skip
            keep_photos(photos, by=by, surprise=noted)
            return noted
    except IntegrityError as error:
        known = Surprise.objects.filter(form_mark=mark).first()
        if known is not None:
            return known
        refusal = refusal_of(error)
        first = Surprise.objects.select_related("counted_by").filter(session=session, number=typed).first()
        if refusal.code != "surprise_number_once" or first is None:
            raise refusal from error
        sentence = _("%(person)s noted %(number)s as unexpected on %(day)s: %(place)s.") % {
            "person": first.counted_by, "number": typed, "day": short_date(first.counted_at),
            "place": first.found_place,
        }  # fmt: skip
        raise RefusedError(refusal.code, sentence) from error


def _mark(session: CountSession, form_mark: str, by: User) -> str:
    """As it is kept. The person stands in it: nobody meets somebody else's find by a mark."""
    return f"{session.pk}:{by.pk}.{form_mark[:40]}"


def _open_for(session: CountSession, by: User) -> CountSession:
    """The count, shared until the transaction ends, so that nobody closes it meanwhile; RefusedError otherwise."""
    rows = CountSession.objects.raw("SELECT * FROM assets_countsession WHERE id = %s FOR SHARE", [session.pk])
    shared: CountSession = rows[0]
    require(shared.closed_at is None, "count_closed_stays", SENTENCES["count_closed_stays"])
    require(shared.is_open, "not_open", _("This count is not open."))
    require(
        not is_asset_officer(by),
        "counter_no_asset_officer",
        _("Asset officers keep the register and do not count (procurement regulation B.E. 2560, clause 213)."),
    )
    require(counter_of(shared, by), "not_counter", _("Those whom the order appoints count. You are not among them."))
    return shared
