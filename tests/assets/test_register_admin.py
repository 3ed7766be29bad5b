"""The register in the back office: no way around its guards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from assets.choices import AssetKind, Condition
from assets.models import Asset, Category, Delegation, Loan, RegisterSettings
from ita_portal.fiscal import today

from ..cast import Cast
from ..factories import DivisionFactory, UserFactory
from .factories import DAY, AssetFactory, CategoryFactory, approved
from .test_register_pages import filled, new_data

ADMIN = "/admin/assets/"


def change(asset: Asset) -> str:
    """Its page in the back office."""
    return f"{ADMIN}asset/{asset.pk}/change/"


def test_an_asset_is_entered_and_changed(cast: Cast, projector: Asset) -> None:
    client = cast.client("assets")
    assert client.post(f"{ADMIN}asset/add/", new_data(cast)).status_code == 302
    assert Asset.objects.get(name="เครื่องพิมพ์").number == "416-67-0001"
    assert client.post(change(projector), filled(projector, condition=Condition.DAMAGED)).status_code == 302
    projector.refresh_from_db()
    assert projector.broken == 1


def test_no_way_around_the_guards(cast: Cast, approved_loan: Loan, projector: Asset, chairs: Asset) -> None:
    client = cast.client("assets")
    for asset, wrong in (
        (projector, {"kind": AssetKind.QUANTITY}),
        (projector, {"number": ""}),
        (projector, {"quantity": "2"}),
        (projector, {"number": chairs.number}),
    ):
        answer = client.post(change(asset), filled(asset, **wrong))
        assert answer.status_code == 200, "Django's admin answers a form with errors as the page itself"
        assert answer.context["errors"]
    approved(cast.staff, cast.head, chairs, quantity=6)
    assert client.post(change(chairs), filled(chairs, quantity="5")).context["errors"]
    client.post(change(projector), filled(projector, retired_on="2024-01-01", retired_reason="ขาย", label="AAAAAAAAAA"))
    before = projector.label
    projector.refresh_from_db()
    assert (projector.retired_on, projector.label) == (None, before)


def test_two_tabs(cast: Cast, projector: Asset) -> None:
    data = filled(projector, name="ชื่อจากแท็บสอง")
    Asset.objects.filter(pk=projector.pk).update(place="ย้ายแล้ว")
    page = cast.client("assets").get(change(projector)).content.decode()
    assert 'name="seen"' in page
    assert cast.client("assets").post(change(projector), data).context["errors"]


def test_what_the_database_refuses_is_a_sentence(cast: Cast, projector: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.forms import register

    AssetFactory(number="taken")
    monkeypatch.setattr(register.AssetForm, "validate_unique", lambda _form: None)
    monkeypatch.setattr(register.AssetForm, "validate_constraints", lambda _form: None, raising=False)
    answer = cast.client("assets").post(change(projector), filled(projector, number="taken"))
    assert answer.status_code == 302
    projector.refresh_from_db()
    assert projector.number != "taken"


def test_nothing_is_deleted(cast: Cast, projector: Asset) -> None:
    client = cast.client("assets")
    assert client.get(f"{ADMIN}asset/{projector.pk}/delete/").status_code == 403
    sent = {"action": "delete_selected", "_selected_action": projector.pk, "post": "yes"}
    client.post(f"{ADMIN}asset/", sent)
    assert Asset.objects.filter(pk=projector.pk).exists()


def test_delegations_are_only_looked_at(cast: Cast) -> None:
    day = today()
    found = Delegation.objects.create(
        deputy=cast.staff, division=cast.staff.division, start_on=day, end_on=day + DAY, order="1", made_by=cast.head
    )
    client = cast.client("assets")
    assert client.get(f"{ADMIN}delegation/").status_code == 200
    assert client.get(f"{ADMIN}delegation/{found.pk}/change/").status_code == 200
    for page in ("add/", f"{found.pk}/change/", f"{found.pk}/delete/"):
        assert client.post(f"{ADMIN}delegation/{page}", {"deputy": cast.assets.pk}).status_code == 403


def test_one_set_of_rules(cast: Cast) -> None:
    client = cast.client("assets")
    page = reverse("admin:assets_registersettings_change", args=[1])
    assert client.get(f"{ADMIN}registersettings/")["Location"] == page
    data = {"number_pattern": r"\d+", "most_loan_days": 60, "most_days_ahead": 90, "count_days": 30}
    assert client.post(page, data).status_code == 302
    assert RegisterSettings.objects.get().most_loan_days == 60
    assert client.post(page, data | {"number_pattern": "("}).context["errors"]
    assert client.post(page, data | {"count_days": "0"}).context["errors"]
    for refused in ("add/", "1/delete/"):
        assert client.get(f"{ADMIN}registersettings/{refused}").status_code == 403


@pytest.mark.parametrize(("who", "size"), [("assets", 2), ("assets", 30), ("admin", 30)])
def test_no_page_needs_more_than_twenty_queries(
    cast: Cast, size: int, who: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        DivisionFactory()
        person = UserFactory(division=cast.staff.division)
        AssetFactory(custodian=person, category=CategoryFactory(name=f"ประเภท {number}"))
        Delegation.objects.create(
            deputy=person, division=person.division, start_on=today(), end_on=today(), order="1", made_by=cast.head
        )
    RegisterSettings.objects.create(pk=1)
    client = cast.client(who)
    for model in (Asset, Category, Delegation, RegisterSettings):
        assert model in admin.site._registry
        name = f"assets_{model._meta.model_name}"
        first = model.objects.order_by("pk").first()  # type: ignore[attr-defined]
        pages = [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")]
        pages += [reverse(f"admin:{name}_{act}", args=[first.pk]) for act in ("change", "history", "delete")]
        for page in [*pages, f"{pages[0]}?q=เครื่อง", f"{pages[0]}?q=%25"]:
            with django_assert_max_num_queries(20, info=page):
                assert client.get(page).status_code in (200, 302, 403), page


def test_dates_are_thai(cast: Cast, projector: Asset) -> None:
    projector.acquired_on = today().replace(year=2024, month=3, day=15)
    projector.save()
    page = cast.client("assets").get(change(projector)).content.decode()
    assert re.search(r'name="acquired_on"[^>]*value="15/03/2567"|value="15/03/2567"[^>]*name="acquired_on"', page)
