"""The register for the asset officer: its list and files, labels, and what is changed in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_lines
from organization.models import Municipality

from ..documents.labels import MOST_LABELS, labels_pdf
from ..documents.register_book import register_pdf, register_xlsx
from ..documents.register_rows import HEADER, register_rows
from ..errors import RefusedError, refusal_of
from ..forms.register import AssetForm, PhotosForm, RetireForm
from ..http import asset_officer, new_form_mark, show
from ..models import Asset, Photo
from ..models.register import LABEL_LENGTH, LETTERS
from ..register_list import PAGE, Choice, choice_of, counted
from ..services.register import add_photos, label_of_form, remove_photo, retire_asset

MOST_IN_PDF, MOST_IN_XLSX = 500, 10_000
"""Assets in one file; CSV holds as many as there are."""
_BUNCH = 2_000
_LONGEST_MARK = 64


def municipality() -> Municipality:
    """Whose register it is."""
    return Municipality.objects.first() or Municipality(name="–")


def asset_of(request: HttpRequest, label: str) -> Asset:
    """The asset with this label. Http404 where there is none."""
    plain = label.upper()
    if len(plain) != LABEL_LENGTH or not set(plain) <= set(LETTERS):
        raise Http404
    visible = Asset.objects.visible_to(request.user).select_related("category", "division", "custodian")
    asset: Asset | None = visible.filter(label=plain).first()
    if asset is None:
        raise Http404
    return asset


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register, filtered, a page at a time in the order of numbers."""
    asset_officer(request)
    return _list(request, choice_of(request))


def _list(request: HttpRequest, choice: Choice, *, too_many: str = "") -> HttpResponse:
    after = request.GET.get("after", "")[:60]
    rows = list(choice.assets.after(after)[: PAGE + 1])
    context = {
        "form": choice.form,
        "rows": rows[:PAGE],
        "count": counted(choice),
        "query": choice.query,
        "is_filtered": bool(choice.query),
        "after": after,
        "next": rows[PAGE - 1].number if len(rows) > PAGE else "",
        "too_many": too_many,
    }
    return show(request, "assets/register.html", context, room="register", status=422 if too_many else 200)


@require_safe
def register_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same part of the register as a file: pdf, xlsx or csv."""
    officer = asset_officer(request)
    if kind not in ("pdf", "xlsx", "csv"):
        raise Http404
    choice, day = choice_of(request), today()
    name = f'attachment; filename="register-{day.isoformat()}.{kind}"'
    if kind == "csv":
        # Read and sent bunch by bunch: memory stays flat however long the register is.
        lines = csv_lines(HEADER, register_rows(_bunches(choice.assets), day))
        return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers={"Content-Disposition": name})
    most = MOST_IN_PDF if kind == "pdf" else MOST_IN_XLSX
    if choice.assets.order_by()[: most + 1].count() > most:
        return _list(request, choice, too_many=_too_many(kind, most))
    if kind == "xlsx":
        content = register_xlsx(_bunches(choice.assets), municipality=municipality().name, day=day, chosen=choice.words)
        return HttpResponse(content, content_type=XLSX_TYPE, headers={"Content-Disposition": name})
    found = register_pdf(
        list(choice.assets), municipality=municipality(), day=day, chosen=choice.words, officer=str(officer)
    )
    return HttpResponse(found, content_type="application/pdf", headers={"Content-Disposition": name})


def _bunches(assets: QuerySet[Asset]) -> Any:
    return assets.iterator(chunk_size=_BUNCH)


def _too_many(kind: str, most: int) -> str:
    if kind == "pdf":
        return _(
            "A PDF holds at most %(most)s assets, and here are more. Choose a division or a kind, or take Excel or CSV."
        ) % {"most": most}
    return _(
        "An Excel file holds at most %(most)s assets, and here are more. Choose a division or a kind, or take CSV."
    ) % {"most": f"{most:,}"}


@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Labels with QR codes: of the assets named by `label`, else of the part of the register that is shown."""
    asset_officer(request)
    choice = choice_of(request)
    named = [text.upper() for text in request.GET.getlist("label") if len(text) == LABEL_LENGTH and "\x00" not in text]
    assets = Asset.objects.filter(label__in=named[: MOST_LABELS + 1]).order_by("number") if named else choice.assets
    found = list(assets[: MOST_LABELS + 1])
    if len(found) > MOST_LABELS:
        sentence = _("A file holds at most %(most)s labels, and here are more assets. Choose a division or a kind.")
        return _list(request, choice, too_many=sentence % {"most": MOST_LABELS})
    if not found:
        return _list(request, choice, too_many=_("There is no asset here to print a label for."))
    content = labels_pdf(found, municipality=municipality().name)
    headers = {"Content-Disposition": f'inline; filename="labels-{today().isoformat()}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def asset_new(request: HttpRequest) -> HttpResponse:
    """A new asset. The form gives it its label, so that a form sent twice makes one asset."""
    asset_officer(request)
    if request.method != "POST":
        return _asset_form(request, AssetForm(), mark=new_form_mark())
    mark = request.POST.get("form_mark", "")[:_LONGEST_MARK] or new_form_mark()
    label = label_of_form(mark)
    if Asset.objects.filter(label=label).exists():
        return redirect("assets:item", label)
    form = AssetForm(request.POST, instance=Asset(label=label))
    try:
        with transaction.atomic():
            if form.is_valid():
                form.save()
                messages.success(request, _("The asset is in the register. Add photos, or print its label."))
                return redirect("assets:item", label)
    except IntegrityError as error:
        if Asset.objects.filter(label=label).exists():
            return redirect("assets:item", label)
        _say_refusal(form, error)
    return _asset_form(request, form, mark=mark)


@require_http_methods(["GET", "HEAD", "POST"])
def asset_edit(request: HttpRequest, label: str) -> HttpResponse:
    """An asset's entry, changed. What somebody else saved meanwhile is shown, never overwritten unseen."""
    asset_officer(request)
    asset = asset_of(request, label)
    title = str(asset)
    if request.method != "POST":
        return _asset_form(request, AssetForm(instance=asset), asset=asset, title=title)
    form = AssetForm(request.POST, instance=asset)
    try:
        with transaction.atomic():
            if form.is_valid():
                form.save()
                messages.success(request, _("Saved."))
                return redirect("assets:item", asset.label)
    except IntegrityError as error:
        _say_refusal(form, error)
    return _asset_form(request, form, asset=asset, title=title)


def _say_refusal(form: AssetForm, error: IntegrityError) -> None:
    """What the database refused a moment after the form had been looked through."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if "number" in name:
        form.say(_("This number was given to another asset a moment ago."), "number")
    else:
        form.say(refusal_of(error).message)


def _asset_form(
    request: HttpRequest, form: AssetForm, *, mark: str = "", asset: Asset | None = None, title: str = ""
) -> HttpResponse:
    context = {"form": form, "form_mark": mark, "asset": asset, "title": title}
    return show(request, "assets/asset_form.html", context, room="register", status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def asset_retire(request: HttpRequest, label: str) -> HttpResponse:
    """An asset leaves the register, with a day and a reason; its history stays."""
    officer = asset_officer(request)
    asset = asset_of(request, label)
    if asset.retired_on:
        messages.info(request, _("It has left the register already."))
        return redirect("assets:item", asset.label)
    form = RetireForm(request.POST if request.method == "POST" else None, asset=asset)
    if form.is_bound and form.is_valid():
        try:
            retire_asset(asset, by=officer, reason=form.cleaned_data["reason"], on=form.cleaned_data["on"])
        except RefusedError as refused:
            form.add_error("reason" if refused.code == "reason" else None, str(refused))
        else:
            messages.success(request, _("The asset has left the register."))
            return redirect("assets:item", asset.label)
    context = {"form": form, "asset": asset}
    return show(request, "assets/retire.html", context, room="register", status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def asset_photos(request: HttpRequest, label: str) -> HttpResponse:
    """Photos of an asset: add, and remove (`remove`: the photo's letters)."""
    officer = asset_officer(request)
    asset = asset_of(request, label)
    here = reverse("assets:asset_photos", args=[asset.label])
    form = PhotosForm()
    if request.method == "POST" and "remove" in request.POST:
        # One that is gone was removed by the same button a moment ago.
        for photo in Photo.objects.filter(asset=asset, public_id=request.POST["remove"].replace("\x00", "")):
            remove_photo(photo, by=officer)
            messages.success(request, _("The photo was removed."))
        return redirect(here)
    if request.method == "POST":
        form = PhotosForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                kept = add_photos(asset, form.cleaned_data["photos"], by=officer)
            except RefusedError as refused:
                form.add_error("photos", str(refused))
            else:
                if kept:
                    messages.success(request, _("The photos were added."))
                return redirect(here)
    context = {"form": form, "asset": asset, "photos": list(asset.photos.all())}
    return show(request, "assets/asset_photos.html", context, room="register", status=422 if form.is_bound else 200)
