"""The register for the asset officer: its list, the form of an asset, how it leaves, its photos."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from assets.choices import AssetKind, Condition
from assets.models import Asset, Category, Loan, Photo, RegisterSettings
from assets.services.register import most_held

from ..cast import ROLES, Cast
from .factories import DAY, AssetFactory, approved, handed_out

REGISTER = "/assets/register/"
NEW = f"{REGISTER}new/"


def picture(name: str = "ภาพ.png", colour: str = "red") -> SimpleUploadedFile:
    """A small picture as a browser sends it."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The asset officer, signed in."""
    return cast.client("assets")


def filled(asset: Asset, **more: object) -> dict[str, Any]:
    """The form of `asset` as it is shown, some fields changed."""
    from assets.forms.register import AssetForm

    form = AssetForm(instance=asset)
    data = {name: form[name].value() for name in form.fields}
    # What a browser sends is text, and no box that is not ticked.
    sent = {name: "" if value is None else str(value) for name, value in data.items() if value is not False}
    sent["acquired_on"] = form.fields["acquired_on"].prepare_value(data["acquired_on"]) or ""
    return sent | dict(more)


def new_data(cast: Cast, **more: object) -> dict[str, Any]:
    """A new asset, filled in."""
    category, _made = Category.objects.get_or_create(name="ครุภัณฑ์สำนักงาน", defaults={"life_years": 5})
    return {
        "number": "๔๑๖–๖๗ – ๐๐๐๑", "name": "เครื่องพิมพ์", "kind": AssetKind.SINGLE, "quantity": "1", "unit": "เครื่อง",
        "category": category.pk, "division": cast.staff.division_id, "condition": Condition.GOOD, "broken": "",
        "acquired_on": "๑๕/๐๓/๒๕๖๗", "unit_price": "12,500.50", "form_mark": "mark-1", "life_years": "", **more,
    }  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "path",
    ["", "new/", "register.csv", "register.xlsx", "labels.pdf", "{label}/edit/", "{label}/retire/", "{label}/photos/"],
)
def test_only_the_asset_officer(cast: Cast, projector: Asset, role: str, path: str) -> None:
    code = {"citizen": 302, "assets": 200}.get(role, 403)
    assert cast.client(role).get(REGISTER + path.format(label=projector.label)).status_code == code


class TestList:
    """The list and its filter."""

    def test_in_the_order_of_numbers_page_by_page(self, officer: Client) -> None:
        AssetFactory.create_batch(120)
        seen: list[str] = []
        address = REGISTER
        for _page in range(5):
            page = officer.get(address)
            seen += [asset.number for asset in page.context["rows"]]
            if not page.context["next"]:
                break
            address = f"{REGISTER}?after={page.context['next']}"
        assert seen == sorted(Asset.objects.values_list("number", flat=True))

    def test_every_filter(self, officer: Client, cast: Cast, projector: Asset, chairs: Asset) -> None:
        chairs.lendable, chairs.custodian, chairs.condition = False, cast.staff, Condition.WORN
        chairs.save()
        gone = AssetFactory(number="9", retired_on="2024-01-01", retired_reason="ขาย")
        for query, expected in (
            ({"q": "เก้าอี้"}, [chairs]),
            ({"q": "416-50"}, [projector]),
            ({"division": cast.staff2.division_id}, []),
            ({"category": chairs.category_id}, [chairs, projector]),
            ({"condition": "worn"}, [chairs]),
            ({"lendable": "yes"}, [projector]),
            ({"lendable": "no"}, [chairs]),
            ({"custodian": cast.staff.pk}, [chairs]),
            ({"retired": "only"}, [gone]),
            ({"retired": "all"}, [chairs, projector, gone]),
        ):
            assert officer.get(REGISTER, query).context["rows"] == expected, query

    @pytest.mark.parametrize(
        "query",
        ["division=x", "division=99999999999999999999", "category=%00", "condition=nice", "q=%00", "q=" + "a" * 500,
         "after=%00", "after=" + "9" * 500, "custodian=-1", "retired=maybe", "division=1&division=2", "lendable=1"],
    )  # fmt: skip
    def test_what_makes_no_sense_is_left_out(self, officer: Client, projector: Asset, query: str) -> None:
        for page in ("", "register.csv", "labels.pdf"):
            assert officer.get(f"{REGISTER}{page}?{query}").status_code in (200, 400, 422)

    def test_how_many_is_said_up_to_a_limit(self, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from assets import register_list

        AssetFactory.create_batch(3)
        assert "3" in officer.get(REGISTER).context["count"]
        monkeypatch.setattr(register_list, "MOST_COUNTED", 2)
        assert "2" in officer.get(REGISTER).context["count"]

    @pytest.mark.parametrize("size", [2, 200])
    def test_queries_do_not_grow(
        self, officer: Client, cast: Cast, size: int, django_assert_max_num_queries: object
    ) -> None:
        AssetFactory.create_batch(size, custodian=cast.staff)
        with django_assert_max_num_queries(11):  # type: ignore[operator]
            assert officer.get(REGISTER).status_code == 200


class TestNew:
    """To enter an asset."""

    def test_as_people_write_it(self, officer: Client, cast: Cast) -> None:
        answer = officer.post(NEW, new_data(cast))
        asset = Asset.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/assets/item/{asset.label}/")
        assert (asset.number, str(asset.acquired_on), str(asset.unit_price)) == (
            "416-67-0001",
            "2024-03-15",
            "12500.50",
        )
        assert asset.life_years == 5, "as usual for its kind"
        assert not asset.lendable

    def test_a_number_taken_a_moment_ago(
        self, officer: Client, cast: Cast, projector: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from assets.forms.register import AssetForm

        monkeypatch.setattr(AssetForm, "validate_unique", lambda _form: None)
        answer = officer.post(NEW, new_data(cast, number=projector.number))
        assert answer.status_code == 422
        assert "number" in answer.context["form"].errors
        edit = f"{REGISTER}{AssetFactory().label}/edit/"
        other = Asset.objects.order_by("-pk")[0]
        assert officer.post(edit, filled(other, number=projector.number)).status_code == 422

    def test_zero_years_write_nothing_off(self, officer: Client, cast: Cast) -> None:
        officer.post(NEW, new_data(cast, life_years="0"))
        assert Asset.objects.get().life_years is None

    def test_a_form_sent_twice_makes_one(self, officer: Client, cast: Cast) -> None:
        first, second = officer.post(NEW, new_data(cast)), officer.post(NEW, new_data(cast))
        assert (second.status_code, second["Location"]) == (302, first["Location"])
        assert Asset.objects.count() == 1

    def test_a_broken_one_is_unusable(self, officer: Client, cast: Cast) -> None:
        officer.post(NEW, new_data(cast, condition=Condition.DAMAGED))
        assert Asset.objects.get().usable == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("number", ""), ("number", "416-50-0001"), ("number", "x" * 61), ("number", "a\x00b"), ("name", ""),
            ("name", "ก" * 301), ("kind", "many"), ("quantity", "2"), ("quantity", "0"), ("quantity", "9" * 5000),
            ("quantity", "-1"), ("unit", ""), ("category", "99999999999999999999"), ("category", ""),
            ("division", "x"), ("condition", "nice"), ("acquired_on", "31/02/2567"), ("acquired_on", "1/1/9000"),
            ("acquired_on", "1/1/2300"), ("unit_price", "-1"), ("unit_price", "NaN"), ("unit_price", "1e99"),
            ("life_years", "101"), ("life_years", "x"), ("acquisition", "theft"), ("funds", "x"),
            ("custodian", "-5"), ("features", "\x00"),
        ],
    )  # fmt: skip
    def test_mistakes_are_said_at_the_field(
        self, officer: Client, cast: Cast, projector: Asset, field: str, value: str
    ) -> None:
        answer = officer.post(NEW, new_data(cast, **{field: value}))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert "เครื่องพิมพ์" in answer.content.decode() or field == "name"
        assert Asset.objects.count() == 1

    def test_the_municipalitys_pattern(self, officer: Client, cast: Cast, projector: Asset) -> None:
        RegisterSettings.objects.create(pk=1, number_pattern=r"\d{3}-\d{2}-\d{4}")
        assert officer.post(NEW, new_data(cast, number="7440-001")).status_code == 422
        assert officer.post(NEW, new_data(cast)).status_code == 302
        old = AssetFactory(number="7440-001-0001/65")
        edit = f"{REGISTER}{old.label}/edit/"
        assert officer.post(edit, filled(old, name="ใหม่")).status_code == 302, "an old number stays"
        assert officer.post(edit, filled(old, number="7440")).status_code == 422


class TestEdit:
    """To change an entry."""

    def send(self, client: Client, asset: Asset, **more: object) -> Any:
        return client.post(f"{REGISTER}{asset.label}/edit/", filled(asset, **more))

    def test_a_change_is_kept(self, officer: Client, projector: Asset) -> None:
        assert self.send(officer, projector, place="ห้องเก็บของ", condition=Condition.DAMAGED).status_code == 302
        projector.refresh_from_db()
        assert (projector.place, projector.broken) == ("ห้องเก็บของ", 1)

    def test_two_tabs(self, officer: Client, projector: Asset) -> None:
        data = filled(projector, name="ชื่อจากแท็บสอง")
        Asset.objects.filter(pk=projector.pk).update(place="ย้ายแล้ว")
        answer = officer.post(f"{REGISTER}{projector.label}/edit/", data)
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert "ชื่อจากแท็บสอง" in shown
        assert "ย้ายแล้ว" in shown
        data["seen"] = answer.context["form"]["seen"].value()
        assert officer.post(f"{REGISTER}{projector.label}/edit/", data).status_code == 302

    def test_sent_twice_is_no_conflict(self, officer: Client, projector: Asset) -> None:
        data = filled(projector, name="ชื่อใหม่")
        for _time in range(2):
            assert officer.post(f"{REGISTER}{projector.label}/edit/", data).status_code == 302

    def test_the_kind_of_what_is_held_stays(self, officer: Client, approved_loan: Loan, projector: Asset) -> None:
        answer = self.send(officer, projector, kind=AssetKind.QUANTITY, quantity="3")
        assert answer.status_code == 422
        assert "kind" in answer.context["form"].errors

    def test_no_fewer_pieces_than_are_held(self, officer: Client, cast: Cast, chairs: Asset) -> None:
        approved(cast.staff, cast.head, chairs, quantity=4)
        approved(cast.staff2, cast.head, chairs, quantity=3, start=2)
        approved(cast.staff, cast.head, chairs, quantity=5, start=20)
        assert most_held(chairs) == 7
        answer = self.send(officer, chairs, quantity="6")
        assert answer.status_code == 422
        assert "7" in str(answer.context["form"].errors["quantity"])
        assert self.send(officer, chairs, quantity="8", broken="2").status_code == 422
        assert self.send(officer, chairs, quantity="7").status_code == 302
        chairs.refresh_from_db()
        assert self.send(officer, chairs, broken="1").status_code == 302, "what broke is broken"

    def test_overdue_pieces_count_on_every_day(
        self, cast: Cast, chairs: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from assets import stock
        from assets.services import register as services

        loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        late = loan.due_on + 3 * DAY
        monkeypatch.setattr(stock, "today", lambda: late)
        monkeypatch.setattr(services, "today", lambda: late)
        assert most_held(chairs) == 4

    def test_what_was_retired_meanwhile_stays_so(self, officer: Client, cast: Cast, projector: Asset) -> None:
        data = filled(projector, name="ชื่อใหม่")
        officer.post(f"{REGISTER}{projector.label}/retire/", {"reason": "ขาย", "on": ""})
        data.pop("seen")
        Asset.objects.filter(pk=projector.pk).update(retired_on="2024-01-01", retired_reason="ขาย")
        assert officer.post(f"{REGISTER}{projector.label}/edit/", data).status_code == 302
        projector.refresh_from_db()
        assert projector.retired_reason == "ขาย"

    @pytest.mark.parametrize("label", ["AAAAAAAAAA", "x", "..", "projector1", "ก" * 10])
    def test_no_such_asset(self, officer: Client, label: str) -> None:
        for page in (f"{REGISTER}{label}/edit/", f"{REGISTER}{label}/retire/", f"/assets/item/{label}/"):
            assert officer.get(page).status_code == 404


class TestRetire:
    """To take an asset out of the register."""

    def test_with_day_and_reason(self, officer: Client, projector: Asset) -> None:
        page = f"{REGISTER}{projector.label}/retire/"
        assert officer.get(page).status_code == 200
        for _time in range(2):
            answer = officer.post(page, {"reason": "ขายทอดตลาด", "on": "31/01/2567"})
            assert (answer.status_code, answer["Location"]) == (302, f"/assets/item/{projector.label}/")
        projector.refresh_from_db()
        assert (str(projector.retired_on), projector.retired_reason) == ("2024-01-31", "ขายทอดตลาด")

    @pytest.mark.parametrize(
        "data",
        [{}, {"reason": " ", "on": "1/1/2567"}, {"reason": "ขาย", "on": "1/1/2690"}, {"reason": "ขาย", "on": "x"},
         {"reason": "ขาย", "on": "1/1/2560"}, {"reason": "ก" * 301, "on": "1/1/2567"},
         {"reason": "\x00", "on": "1/1/67"}],
    )  # fmt: skip
    def test_mistakes(self, officer: Client, projector: Asset, data: dict[str, str]) -> None:
        Asset.objects.filter(pk=projector.pk).update(acquired_on="2020-01-01")
        assert officer.post(f"{REGISTER}{projector.label}/retire/", data).status_code == 422
        projector.refresh_from_db()
        assert projector.retired_on is None

    def test_what_is_promised_stays(self, officer: Client, approved_loan: Loan, projector: Asset) -> None:
        answer = officer.post(f"{REGISTER}{projector.label}/retire/", {"reason": "ขายทอดตลาด", "on": "31/01/2567"})
        assert answer.status_code == 422
        assert "ขายทอดตลาด" in answer.content.decode()


class TestPhotos:
    """Photos of an asset."""

    def page(self, asset: Asset) -> str:
        return f"{REGISTER}{asset.label}/photos/"

    def test_add_show_remove(
        self, officer: Client, cast: Cast, projector: Asset, django_capture_on_commit_callbacks: Any
    ) -> None:
        for _time in range(2):
            sent = {"photos": [picture(), picture("b.png", "blue")]}
            assert officer.post(self.page(projector), sent).status_code == 302
        assert projector.photos.count() == 2, "sent twice, kept once"
        photo = projector.photos.first()
        address = f"/assets/photos/{photo.public_id}/"
        response = cast.client("staff2").get(address)
        assert response["Content-Type"] == "image/png"
        assert "sandbox" in response["Content-Security-Policy"]
        assert b"".join(response.streaming_content).startswith(b"\x89PNG")
        assert cast.client("citizen").get(address).status_code == 302
        assert address in officer.get(self.page(projector)).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            for _time in range(2):
                assert officer.post(self.page(projector), {"remove": photo.public_id}).status_code == 302
        assert officer.get(address).status_code == 404
        assert not photo.file.storage.exists(photo.file.name)

    def test_a_photo_of_another_asset_stays(self, officer: Client, projector: Asset, chairs: Asset) -> None:
        officer.post(self.page(chairs), {"photos": [picture()]})
        officer.post(self.page(projector), {"remove": chairs.photos.get().public_id})
        officer.post(self.page(projector), {"remove": "\x00"})
        assert chairs.photos.count() == 1

    @pytest.mark.parametrize("name", ["x.pdf", "x.exe", "x.svg"])
    def test_only_pictures(self, officer: Client, projector: Asset, name: str) -> None:
        sent = {"photos": [SimpleUploadedFile(name, b"%PDF-1.7 no picture")]}
        assert officer.post(self.page(projector), sent).status_code == 422
        assert officer.post(self.page(projector), {}).status_code == 422
        assert not Photo.objects.exists()

    def test_not_more_than_fit(self, officer: Client, projector: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
        from assets.services import register as services

        monkeypatch.setattr(services, "MOST_PHOTOS_OF_ASSET", 1)
        sent = {"photos": [picture(), picture("b.png", "blue")]}
        assert officer.post(self.page(projector), sent).status_code == 422


def test_the_list_says_what_can_be_lent_now(officer: Client, projector: Asset, truck: Asset) -> None:
    Asset.objects.filter(pk=projector.pk).update(condition=Condition.DAMAGED, broken=1)
    page = officer.get(f"/en{REGISTER}").content.decode()
    rows = {number: page.split(number, 1)[1].split("</li>")[0] for number in (projector.number, truck.number)}
    assert "May be lent" not in rows[projector.number]
    assert "Cannot be lent now" in rows[projector.number]
    assert "May be lent" in rows[truck.number]
    assert 'href="#files-heading"' in page
    assert 'id="files-heading"' in page


def test_the_form_marks_what_must_be_filled_in_and_says_what_to_choose(officer: Client) -> None:
    page = officer.get(f"/en{NEW}").content.decode()
    assert "---------" not in page
    required = (
        page.split('for="id_number">')[1].split("</label>")[0],
        page.split('for="id_model">')[1].split("</label>")[0],
    )
    assert "required" in required[0]
    assert "required" not in required[1]
    assert "Choose the division" in page


@pytest.mark.parametrize("quantity", ["0", "1000001"])
def test_pieces_have_a_least_and_a_most(officer: Client, cast: Cast, quantity: str) -> None:
    data = new_data(cast, quantity=quantity, kind=AssetKind.QUANTITY)
    answer = officer.post(NEW, data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["quantity"]
    assert officer.post(NEW, {**data, "quantity": "1000000"}).status_code == 302
