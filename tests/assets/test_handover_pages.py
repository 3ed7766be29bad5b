"""Handing out and taking back as the asset officer's forms send it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from assets.choices import Condition, LoanState
from assets.errors import RefusedError
from assets.models import Asset, Handover, Incident, Loan, Photo
from assets.services.decisions import approve_extension
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.requests import ask_extension
from ita_portal.fiscal import today
from ita_portal.thai import long_date, short_date
from organization.choices import Role

from ..cast import Cast
from ..factories import UserFactory
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested
from .moving import moved

OF_ALL = ("person", "note", "photos")


def path(loan: Loan, way: str) -> str:
    """The page of a loan on the desk."""
    return f"/assets/desk/loans/{loan.public_id}/{way}/"


def send(cast: Cast, loan: Loan, way: str, form_mark: str = "", **data: Any) -> Any:
    """The form as the officer sends it; `pieces`, `good`, `about` … are of the loan's first line."""
    line = loan.lines.order_by("position").first()
    assert line is not None
    if "about" in data:
        data[f"note-{line.pk}"] = data.pop("about")
    of_line = {f"{name}-{line.pk}": data.pop(name) for name in list(data) if name.partition("-")[0] not in OF_ALL}
    return cast.client("assets").post(
        path(loan, way), {"form_mark": form_mark or f"{mark()}-0000", "person": "มานะ ใจดี", **of_line, **data}
    )


def picture(name: str = "ภาพ.png") -> SimpleUploadedFile:
    """A small photo."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def test_only_the_asset_officer_hands_out(cast: Cast, approved_loan: Loan) -> None:
    for way in ("hand-out", "take-back"):
        for who in ("staff", "head", "mayor", "admin"):
            assert cast.client(who).get(path(approved_loan, way)).status_code == 403
            assert cast.client(who).post(path(approved_loan, way), {}).status_code == 403
        assert cast.client("assets").get(path(approved_loan, way)).status_code == 200
        assert cast.client("assets").get(f"/assets/desk/loans/nothing/{way}/").status_code == 404
    assert not Handover.objects.exists()


def test_out_and_back_with_condition_and_photos(cast: Cast, approved_loan: Loan) -> None:
    page = cast.client("assets").get(path(approved_loan, "hand-out"))
    form = page.context["form"]
    assert form["person"].value() == str(cast.staff)
    form_mark = form["form_mark"].value()
    answer = send(
        cast, approved_loan, "hand-out", form_mark, pieces="1", condition="worn", note="มีรอยขีดข่วน",
        photos=[picture(), picture("สอง.png")],
    )  # fmt: skip
    assert answer.status_code == 302
    given = Handover.objects.get()
    assert (given.person, given.photos.count()) == ("มานะ ใจดี", 2)
    assert given.lines.get().condition == Condition.WORN
    again = send(cast, approved_loan, "hand-out", form_mark, pieces="1", condition="worn")
    assert (again.status_code, Handover.objects.count()) == (302, 1)
    page = cast.client("assets").get(path(approved_loan, "take-back"))
    assert "มีรอยขีดข่วน" in page.content.decode()
    form_mark = page.context["form"]["form_mark"].value()
    for _click in range(2):
        assert send(cast, approved_loan, "take-back", form_mark, back="good").status_code == 302
    approved_loan.refresh_from_db()
    assert (approved_loan.state, Handover.objects.count()) == (LoanState.RETURNED, 2)
    page = cast.client("assets").get(path(approved_loan, "take-back"))
    assert f"/assets/loans/{approved_loan.public_id}/returns/1.pdf" in page.content.decode()


def test_damage_says_what_and_opens_an_incident(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    answer = send(cast, loan_out, "take-back", back="damaged", person="มานะ")
    assert answer.status_code == 422
    line = loan_out.lines.get()
    assert answer.context["form"].errors[f"note-{line.pk}"]
    assert not Incident.objects.exists()
    assert send(cast, loan_out, "take-back", back="damaged", about="หลอดไม่ติด").status_code == 302
    projector.refresh_from_db()
    assert (projector.condition, projector.usable) == (Condition.DAMAGED, 0)
    assert Incident.objects.get().description == "หลอดไม่ติด"


def test_pieces_come_back_in_parts_and_conditions(cast: Cast, chairs: Asset) -> None:
    loan = approved(cast.staff, cast.head, chairs, quantity=8)
    assert send(cast, loan, "hand-out", pieces="5", condition="good").status_code == 302
    assert send(cast, loan, "hand-out", pieces="4", condition="good").status_code == 422
    wrong = send(cast, loan, "take-back", good="4", lost="3", about="หาย")
    assert wrong.status_code == 422
    row = next(iter(wrong.context["form"].rows()))
    assert row.errors
    assert {field.name: field.value() for field in row.counts}[f"lost-{row.line.pk}"] == "3"
    assert send(cast, loan, "take-back", good="2", damaged="1", lost="1", about="ขาหัก 1 หาย 1").status_code == 302
    line = loan.lines.get()
    assert (line.returned, line.lost, line.out) == (3, 1, 1)
    assert send(cast, loan, "take-back", worn="1").status_code == 302
    loan.refresh_from_db()
    chairs.refresh_from_db()
    assert (loan.state, chairs.usable) == (LoanState.RETURNED, 8)


def test_early_late_and_left_are_said(cast: Cast, projector: Asset, truck: Asset) -> None:
    early = approved(cast.staff, cast.head, projector, start=2)
    over = moved(approved(cast.staff, cast.head, truck), -9)
    waits = requested(cast.staff, AssetFactory())
    gone = approved(cast.staff2, cast.head, AssetFactory())
    cast.staff2.is_active = False
    cast.staff2.save()
    for loan in (early, over, waits, gone):
        assert cast.client("assets").get(path(loan, "hand-out")).status_code == 200
        answer = send(cast, loan, "hand-out", pieces="1", condition="good")
        assert answer.status_code == 422
        assert answer.context["form"].non_field_errors() or answer.context["form"].errors
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {}, {"pieces": "1", "condition": "lost"}, {"pieces": "-1"}, {"pieces": "9" * 40}, {"pieces": "x"},
        {"pieces": "1", "person": " "}, {"pieces": "1", "person": "ก" * 500}, {"pieces": "1", "note": "ก" * 5000},
        {"pieces": "0"}, {"pieces": ["1", "2"], "condition": ["good", "x"]},
    ],
)  # fmt: skip
def test_nonsense_hands_nothing_out(cast: Cast, approved_loan: Loan, data: dict[str, Any]) -> None:
    assert send(cast, approved_loan, "hand-out", **data).status_code == 422
    assert not Handover.objects.exists()


@pytest.mark.parametrize("form_mark", ["short", "x" * 65, "ไทยไทยไทยไทย", "a b c d e f"])
def test_a_form_without_its_mark_is_refused(cast: Cast, approved_loan: Loan, form_mark: str) -> None:
    assert send(cast, approved_loan, "hand-out", form_mark, pieces="1", condition="good").status_code == 422


def test_the_mark_of_another_loan_is_refused(cast: Cast, loan_out: Loan, truck: Asset) -> None:
    other = approved(cast.staff2, cast.head, truck)
    used = f"{mark()}-0000"
    take_back(loan_out, [Pieces(loan_out.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=used)
    assert send(cast, other, "hand-out", used, pieces="1", condition="good").status_code == 422
    other.refresh_from_db()
    assert other.state == LoanState.APPROVED


def test_what_is_no_picture_is_refused_and_nothing_is_written(cast: Cast, approved_loan: Loan) -> None:
    for photos in ([SimpleUploadedFile("a.png", b"no picture")], [picture(f"{n}.png") for n in range(7)]):
        answer = send(cast, approved_loan, "hand-out", pieces="1", condition="good", photos=photos)
        assert answer.status_code == 422
        assert answer.context["form"].errors["photos"]
    assert not Handover.objects.exists()
    assert not Photo.objects.exists()


def test_what_is_edited_meanwhile_is_said_at_the_line(cast: Cast, approved_loan: Loan, projector: Asset) -> None:
    projector.lendable = False
    projector.save()
    page = cast.client("assets").get(path(approved_loan, "hand-out"))
    assert next(iter(page.context["form"].rows())).state.why
    with pytest.raises(RefusedError) as refused:
        line = approved_loan.lines.get()
        hand_out(approved_loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    assert (refused.value.code, refused.value.line) == ("unusable", 0)


def test_a_count_that_found_it_broken_does_not_stop_the_return(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    Asset.objects.filter(pk=projector.pk).update(condition=Condition.LOST, broken=1)
    assert send(cast, loan_out, "take-back", back="good").status_code == 302
    projector.refresh_from_db()
    assert (projector.condition, projector.broken) == (Condition.GOOD, 0)


def test_more_time_ends_with_the_loan(cast: Cast, loan_out: Loan) -> None:
    asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + DAY, reason="งานยังไม่เสร็จ")
    assert send(cast, loan_out, "take-back", back="good").status_code == 302
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_at is not None) == ("refused", True)
    with pytest.raises(RefusedError):
        approve_extension(asked, by=cast.head)


@pytest.mark.parametrize("count", [2, 20])
def test_the_pages_need_few_queries(cast: Cast, count: int) -> None:
    loan = approved(cast.staff, cast.head, *(AssetFactory() for _number in range(count)))
    out = handed_out(cast.staff, cast.head, cast.assets, *(AssetFactory() for _number in range(count)))
    client = cast.client("assets")
    for page in (path(loan, "hand-out"), path(out, "take-back")):
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        assert len(queries) <= 18, "\n".join(query["sql"][:150] for query in queries)


def test_a_cancelled_loan_leaves_no_request_for_more_time(cast: Cast, approved_loan: Loan) -> None:
    asked = ask_extension(approved_loan, by=cast.staff, new_due_on=approved_loan.due_on + DAY, reason="งานยังไม่เสร็จ")
    assert cast.client("assets").post(
        path(approved_loan, "hand-out"), {"act": "cancel", "reason": "ไม่มีผู้มารับ"}
    ).status_code == 302  # fmt: skip
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_at is not None, asked.answer) == ("refused", True, "ไม่มีผู้มารับ")


def test_after_a_hand_out_one_is_at_the_loan_never_at_the_return(cast: Cast, approved_loan: Loan) -> None:
    used = f"{mark()}-0000"
    for _click in range(2):
        answer = send(cast, approved_loan, "hand-out", used, pieces="1", condition="good")
        assert (answer.status_code, answer.url) == (302, f"/assets/loans/{approved_loan.public_id}/")


def test_no_condition_is_chosen_for_the_officer(cast: Cast, loan_out: Loan, chairs: Asset) -> None:
    line = loan_out.lines.get()
    form = cast.client("assets").get(path(loan_out, "take-back")).context["form"]
    assert (form[f"back-{line.pk}"].value() or "") == ""
    answer = send(cast, loan_out, "take-back", back="")
    assert answer.status_code == 422
    assert answer.context["form"].errors[f"back-{line.pk}"]
    many = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=2)
    answer = send(cast, many, "take-back", good="0")
    assert answer.context["form"].errors[f"good-{many.lines.get().pk}"]
    assert not Handover.objects.filter(kind="back").exists()


def test_a_line_left_empty_beside_another_was_not_brought_yet(cast: Cast, projector: Asset, truck: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector, truck)
    assert send(cast, loan, "take-back", back="good").status_code == 302
    assert [line.out for line in loan.lines.order_by("position")] == [0, 1]


def test_too_many_and_a_missing_note_are_said_together(cast: Cast, chairs: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
    answer = send(cast, loan, "take-back", good="4", damaged="2")
    row = next(iter(answer.context["form"].rows()))
    assert (answer.status_code, len(row.errors)) == (422, 1)
    assert answer.context["form"].errors[f"note-{row.line.pk}"]


def test_the_history_keeps_how_many_and_in_which_condition(cast: Cast, chairs: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
    assert send(cast, loan, "take-back", good="2", damaged="1", about="ขาหัก").status_code == 302
    out, back = (loan.entries.get(act=act).details["pieces"] for act in ("hand_out", "take_back"))
    assert [(part["asset"], part["quantity"], part["of"]) for part in out] == [(chairs.number, 4, 4)]
    assert [(part["condition"], part["quantity"], part["of"]) for part in back] == [("good", 2, 4), ("damaged", 1, 4)]


def test_an_officer_does_not_hand_out_to_themselves_where_another_is_here(cast: Cast, projector: Asset) -> None:
    loan = approved(cast.assets, cast.head, projector)
    line = loan.lines.get()
    other = UserFactory(username="assets2", role=Role.ASSET_OFFICER)
    assert cast.client("assets").get(path(loan, "hand-out")).context["is_own"]
    assert send(cast, loan, "hand-out", pieces="1", condition="good").status_code == 422
    with pytest.raises(RefusedError) as refused:
        hand_out(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    assert refused.value.code == "own"
    hand_out(loan, [Pieces(line.pk, 1)], by=other, person="มานะ", form_mark=mark())
    assert "own" not in loan.entries.get(act="hand_out").details
    assert cast.client("assets").get(path(loan, "take-back")).context["is_own"]
    assert send(cast, loan, "take-back", back="damaged", about="แตก").status_code == 422
    take_back(loan, [Pieces(line.pk, 1, Condition.DAMAGED)], by=other, person="มานะ", form_mark=mark())
    damage = Incident.objects.get()
    page = f"/assets/desk/incidents/{damage.pk}/"
    decision = {"remedy": "plain_wear", "explanation": "เก่า", "decided_on": today().isoformat()}
    assert cast.client("assets").get(page).context["is_own"]
    assert cast.client("assets").post(page, decision).status_code == 422
    other.is_active = False
    other.save()
    assert cast.client("assets").post(page, decision).status_code == 302
    assert loan.entries.get(act="decide_incident").details["own"]


def test_the_only_officer_does_it_and_the_history_says_so(cast: Cast, projector: Asset) -> None:
    loan = approved(cast.assets, cast.head, projector)
    UserFactory(username="gone", role=Role.ASSET_OFFICER, is_active=False)
    assert send(cast, loan, "hand-out", pieces="1", condition="good").status_code == 302
    assert send(cast, loan, "take-back", back="good").status_code == 302
    assert [loan.entries.get(act=act).details["own"] for act in ("hand_out", "take_back")] == [True, True]


def test_one_day_is_one_date(cast: Cast, projector: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector, days=1)
    for page in (path(loan, "take-back"), "/assets/desk/?pile=out"):
        text = cast.client("assets").get(page).content.decode()
        assert not [day for day in (short_date(loan.due_on), long_date(loan.due_on)) if f"{day} – {day}" in text]
