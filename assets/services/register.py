"""What the asset officer does to the register beyond filling in a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.uploads import SafeUpload
from organization.models import User

from ..availability import free_spans
from ..choices import USABLE, Condition
from ..errors import refusal_of
from ..models import Asset, Photo
from ..models.register import LABEL_LENGTH, LETTERS
from ..querysets import KEEP_REGISTER
from ..stock import claims_of
from .acts import require
from .photos import keep_photos

MOST_PHOTOS_OF_ASSET = 24


def set_condition(asset: Asset, condition: Condition | str) -> None:
    """Give `asset` a condition; of a single item it says whether it counts as usable. Saves nothing."""
    asset.condition = condition
    if asset.is_single:
        asset.broken = 0 if condition in USABLE else 1


def retire_asset(asset: Asset, *, by: User, reason: str, on: dt.date | None = None) -> Asset:
    """Take an asset out of the register (จำหน่าย); its history stays. RefusedError while it is held by a loan."""
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    require(bool(reason.strip()), "reason", _("Write why it leaves the register."))
    try:
        with transaction.atomic():
            locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
            require(locked.retired_on is None, "state", _("It has left the register already."))
            locked.retired_on, locked.retired_reason = on or today(), reason.strip()
            locked.save(update_fields=["retired_on", "retired_reason"])
            return locked
    except IntegrityError as error:
        raise refusal_of(error) from error


def most_held(asset: Asset) -> int:
    """How many pieces are on loan or promised on the same day, from today on."""
    claims = claims_of([asset.pk])[asset.pk]
    if not claims:
        return 0
    day = today()
    last = max((claim.end for claim in claims if claim.end), default=day)
    # Pieces that should have been back have no end: they count on every day.
    return -min(span.free for span in free_spans(0, claims, day, max(day, last)))


def label_of_form(form_mark: str) -> str:
    """The label that a form gives to the asset it makes: sent twice, it is the same, and the second finds the first."""
    digest = salted_hmac("assets.label", form_mark, algorithm="sha256").digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LABEL_LENGTH])


@transaction.atomic
def add_photos(asset: Asset, photos: Sequence[SafeUpload], *, by: User) -> list[Photo]:
    """Keep pictures of an asset; one that is there already is not kept twice."""
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
    known = set(locked.photos.values_list("sha256", flat=True))
    new = {photo.sha256: photo for photo in photos if photo.sha256 not in known}
    require(
        len(known) + len(new) <= MOST_PHOTOS_OF_ASSET, "many",
        _("An asset has at most %(count)s photos. Remove some first.") % {"count": MOST_PHOTOS_OF_ASSET},
    )  # fmt: skip
    return keep_photos(list(new.values()), by=by, asset=locked)


@transaction.atomic
def remove_photo(photo: Photo, *, by: User) -> None:
    """Remove a picture of an asset, its file too. What belongs to a handover or a count stays."""
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    require(photo.asset_id is not None, "kept", _("This photo belongs to a handover or a count and stays."))
    storage, name = photo.file.storage, str(photo.file.name)
    photo.delete()
    transaction.on_commit(lambda: storage.delete(name))
