"""The page of one asset, which its label opens; its history, card and photos; what was scanned."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ita_portal.fiscal import today
from ita_portal.uploads import serve_file
from organization.models import User

from ..documents.register_card import card_pdf
from ..forms.register import ScanForm
from ..history import history_of, parse_moment
from ..http import asset_officer, person, show
from ..item_page import availability_of, loans_of, officer_part, to_count
from ..models import Asset, Counter, Loan, Photo
from ..models.register import LABEL_LENGTH, LETTERS, clean_number
from ..querysets import KEEP_REGISTER
from .register import asset_of, municipality

_ADDRESS = re.compile(r"/assets/item/([^/?#]+)")
_PHOTO_ID = re.compile(r"[\w-]{1,16}", re.ASCII)


@require_safe
def item(request: HttpRequest, label: str) -> HttpResponse:
    """What it is, when it is free, and what one may do with it."""
    user, asset = person(request), asset_of(request, label)
    keeps = user.has_perm(KEEP_REGISTER)
    day = min(today(), asset.retired_on) if asset.retired_on else today()
    context = {
        "asset": asset,
        "photos": list(asset.photos.all()),
        "availability": availability_of(asset),
        "loans": loans_of(asset, user),
        "to_count": to_count(asset, user),
        "keeps": keeps,
        "value": asset.book_value(day),
        "value_day": day,
        "borrow": f"{reverse('assets:loan_new')}?{urlencode({'asset': asset.number})}" if asset.can_be_lent else "",
        **(officer_part(asset) if keeps else {}),
    }
    return show(request, "assets/item.html", context, room="register" if keeps else "catalogue")


@require_safe
def item_history(request: HttpRequest, label: str) -> HttpResponse:
    """Who changed what and when; loans that the reader may see."""
    asset = asset_of(request, label)
    rows, following = history_of(asset, person(request), before=parse_moment(request.GET.get("before", "")))
    context = {
        "asset": asset,
        "rows": rows,
        "next": urlencode({"before": following.isoformat()}) if following else "",
        "is_later_page": "before" in request.GET,
    }
    return show(request, "assets/history.html", context, room="register")


@require_safe
def item_card(request: HttpRequest, label: str) -> HttpResponse:
    """The official card of the register."""
    officer = asset_officer(request)
    asset = asset_of(request, label)
    content = card_pdf(asset, municipality=municipality(), day=today(), officer=str(officer))
    headers = {"Content-Disposition": f'inline; filename="register-{asset.label}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
def scan(request: HttpRequest) -> HttpResponse:
    """From a number, the letters of a label or what a QR code holds to the asset."""
    if "q" not in request.GET:
        return show(request, "assets/scan.html", {"form": ScanForm()}, room="catalogue")
    form = ScanForm(request.GET)
    near: list[Asset] = []
    if form.is_valid():
        text = form.cleaned_data["q"]
        visible = Asset.objects.visible_to(request.user)
        found = _named(text)
        if found:
            return redirect("assets:item", found.label)
        near = visible.select_related("division").near(clean_number(text) if re.search(r"\d", text) else text)
    context = {"form": form, "near": near, "typed": request.GET["q"][:100]}
    return show(request, "assets/scan.html", context, room="catalogue", status=422)


def _named(text: str) -> Asset | None:
    """The asset that `text` names exactly: by its address, its label's letters or its number."""
    address = _ADDRESS.search(text)
    letters = re.sub(r"[\s-]", "", address[1] if address else text).upper()
    named = Q(number=clean_number(text)[:60])
    if len(letters) == LABEL_LENGTH and set(letters) <= set(LETTERS):
        named |= Q(label=letters)
    # A number may look like another asset's label: the number is what people type.
    found = sorted(Asset.objects.filter(named)[:2], key=lambda asset: asset.label == letters)
    return found[0] if found else None


@require_safe
def photo(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A picture: of an asset for everybody here, of a handover or a count for those whom it concerns."""
    if not _PHOTO_ID.fullmatch(public_id):
        raise Http404
    found = Photo.objects.filter(public_id=public_id).select_related("handover", "count_item", "surprise").first()
    if found is None or not _may_see(person(request), found):
        raise Http404
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    suffix = PurePath(str(found.file.name)).suffix
    return serve_file(file, f"{found.public_id}{suffix}", found.content_type, sha256=found.sha256)


def _may_see(user: User, found: Photo) -> bool:
    if found.asset_id:
        return True
    if found.handover:
        return Loan.objects.visible_to(user).filter(pk=found.handover.loan_id).exists()
    session = found.count_item.session_id if found.count_item else found.surprise.session_id if found.surprise else None
    return user.has_perm(KEEP_REGISTER) or Counter.objects.filter(session=session, user=user).exists()
