"""The pages of the yearly count: who sees what, what is refused and how, what it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from assets.choices import Condition, CountResult
from assets.models import Asset, Counter, CountItem, CountSession, Photo, Surprise
from assets.services.counting import item_result, note_surprise
from assets.services.counts import appoint_counter, close_count
from ita_portal.fiscal import BANGKOK, FiscalYear
from organization.choices import Role

from ..cast import Cast
from ..factories import DivisionFactory
from .counts import ORDER, begun, counted, entry, prepared, year_that_ended
from .factories import AssetFactory, handed_out, mark
from .pictures import PNG

pytestmark = pytest.mark.django_db


def url(session: CountSession, path: str = "") -> str:
    return f"/assets/count/{session.fiscal_year}/{path}"


def entry_url(session: CountSession, asset: Asset) -> str:
    return url(session, f"items/{asset.label}/")


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


ALL = ("admin", "secretary", "head", "staff", "staff2", "mayor", "integrity", "integrity2", "assets", "budget")
OVERSEE = ("head", "mayor", "assets")


class TestWhoSeesWhat:
    """`staff` counts, `staff2` chairs."""

    def codes(self, cast: Cast, path: str, method: str = "get") -> dict[str, int]:
        return {name: getattr(cast.client(name), method)(path).status_code for name in ALL}

    def test_a_running_count(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        seen = dict.fromkeys(ALL, 404) | dict.fromkeys((*OVERSEE, "staff", "staff2"), 200)
        assert self.codes(cast, url(session)) == seen
        work = {name: 403 if name in OVERSEE else code for name, code in seen.items()}
        assert self.codes(cast, url(session, "work/")) == work
        assert self.codes(cast, entry_url(session, projector)) == work
        assert self.codes(cast, url(session, "unexpected/")) == work
        assert self.codes(cast, url(session, "close/")) == {**work, "staff": 403}
        officer = {name: 200 if name == "assets" else 403 for name in ALL}
        assert self.codes(cast, url(session, "counters/")) == officer
        assert self.codes(cast, "/assets/count/new/") == officer
        assert self.codes(cast, url(session, "open/")) == {
            name: 302 if code == 200 else code for name, code in seen.items()
        }
        assert cast.client("mayor").get(url(session, "open/"))["Location"] == url(session)
        assert self.codes(cast, url(session, "open/"), "post") == {
            name: code if code == 404 else 302 if name in ("assets", "staff2") else 403 for name, code in seen.items()
        }

    def test_a_closed_count_is_everybodys_and_its_lists_are_not(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        close_count(session, by=cast.staff2, missing=1)
        assert self.codes(cast, url(session)) == dict.fromkeys(ALL, 200)
        assert projector.number in text(cast.client("mayor").get(url(session)))
        assert projector.number not in text(cast.client("budget").get(url(session)))
        files = {name: 200 if name in (*OVERSEE, "staff", "staff2") else 403 for name in ALL}
        assert self.codes(cast, url(session, "report.xlsx")) == files

    def test_a_division_is_counted_by_who_is_appointed_to_it(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast, counters=())
        other = AssetFactory(division=DivisionFactory(name="กองคลัง"))
        session.items.create(asset=other, division=other.division, expected=1)
        appoint_counter(session, by=cast.assets, user=cast.budget, division=other.division)
        client = cast.client("budget")
        page = text(client.get(url(session, "work/")))
        assert other.number in page
        assert projector.number not in page
        client.post(entry_url(session, projector), {"result": "wrong_place", "place": "กองคลัง", "revision": "0"})
        assert entry(session, projector).found_place == "กองคลัง"

    def test_the_list_of_counts(self, cast: Cast) -> None:
        session = prepared(cast)
        link = f'href="{url(session)}"'
        for name in ALL:
            response = cast.client(name).get("/assets/count/")
            assert response.status_code == 200
            assert (link in text(response)) == (name in (*OVERSEE, "staff", "staff2")), name

    def test_signed_in_only(self, cast: Cast) -> None:
        session = prepared(cast)
        for path in ("", "work/", "counters/", "close/", "report.pdf", "unexpected/"):
            assert cast.client("citizen").get(url(session, path)).status_code == 302

    def test_no_such_count(self, cast: Cast) -> None:
        for path in ("/assets/count/2501/", "/assets/count/99999999999999999999/", "/assets/count/2501/work/"):
            assert cast.client("assets").get(path).status_code == 404


class TestPreparing:
    def test_from_the_order_to_the_open_count(self, cast: Cast, projector: Asset) -> None:
        client, year = cast.client("assets"), year_that_ended()
        words = {"fiscal_year": f"{year}", "order": ORDER, "appointed_on": f"15/09/{year}", "start_on": ""}
        for _again in range(2):
            response = client.post("/assets/count/new/", words)
            assert response.status_code == 302
        session = CountSession.objects.get()
        assert response["Location"] == url(session, "counters/")
        counters = url(session, "counters/")
        for _again in range(2):
            assert client.post(counters, {"act": "appoint", "user": cast.staff.pk, "chairs": "on"}).status_code == 302
        assert session.counters.get().chairs
        for _again in range(2):
            assert client.post(url(session, "open/")).status_code == 302
        assert session.items.count() == 1
        assert client.get(counters).status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("fiscal_year", "2026"), ("fiscal_year", ""), ("fiscal_year", "9" * 300), ("fiscal_year", "\x00"),
            ("order", ""), ("order", "x" * 201), ("appointed_on", "31/02/2569"), ("appointed_on", "15/09/2567"),
            ("appointed_on", "15/09/9999"), ("start_on", "30/09/2569"), ("start_on", "morgen"), ("order", "\x00"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_at_its_field(self, cast: Cast, field: str, value: str) -> None:
        words = {"fiscal_year": "2569", "order": ORDER, "appointed_on": "15/09/2569", "start_on": "", field: value}
        response = cast.client("assets").post("/assets/count/new/", words)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert f"id_{field}_error" in text(response)
        assert not CountSession.objects.exists()

    def test_the_year_to_count_is_offered(self, cast: Cast) -> None:
        for moment, year in (
            (dt.datetime(2026, 9, 30, 23, 30, tzinfo=BANGKOK), "2569"),
            (dt.datetime(2026, 10, 1, 0, 30, tzinfo=BANGKOK), "2569"),
            (dt.datetime(2027, 1, 1, 0, 30, tzinfo=BANGKOK), "2569"),
            (dt.datetime(2027, 8, 31, 23, 30, tzinfo=BANGKOK), "2569"),
            (dt.datetime(2027, 9, 1, 0, 30, tzinfo=BANGKOK), "2570"),
        ):
            with time_machine.travel(moment, tick=False):
                response = cast.client("assets").get("/assets/count/new/")
                assert response.context["form"]["fiscal_year"].value() == year, moment

    def test_where_no_count_can_be_entered_it_is_said_from_when(self, cast: Cast) -> None:
        session, client = prepared(cast), cast.client("assets")
        year = session.fiscal_year
        words = {"fiscal_year": f"{year + 1}", "order": ORDER, "appointed_on": f"15/09/{year + 1}"}
        for day, link in ((dt.date(year - 542, 8, 31), False), (dt.date(year - 542, 9, 1), True)):
            with time_machine.travel(dt.datetime.combine(day, dt.time(9), BANGKOK), tick=False):
                client = cast.client("assets")
                page = client.get("/assets/count/")
                assert ('href="/assets/count/new/"' in text(page)) == link, day
                form = client.get("/assets/count/new/")
                assert ('name="order"' in text(form)) == link, day
                if not link:
                    assert page.context["next_from"] == dt.date(year - 542, 9, 1)
                    refused = client.post("/assets/count/new/", words)
                    assert list(refused.context["form"].errors) == ["fiscal_year"]
                else:
                    assert client.post("/assets/count/new/", words).status_code == 302
                    # The next one cannot be entered before another year is over.
                    assert client.get("/assets/count/").context["next_from"] == dt.date(year - 541, 9, 1)

    def test_the_mayor_is_not_offered(self, cast: Cast) -> None:
        session, client = prepared(cast), cast.client("assets")
        form = client.get(url(session, "counters/")).context["form"]
        offered = [value for value, _label in form.fields["user"].choices]
        assert cast.mayor.pk not in offered
        assert cast.budget.pk in offered
        assert client.post(url(session, "counters/"), {"act": "appoint", "user": cast.mayor.pk}).status_code == 422

    def test_an_asset_officer_is_refused_in_words_and_not_offered(self, cast: Cast) -> None:
        session = prepared(cast)
        client = cast.client("assets")
        page = client.get(url(session, "counters/"))
        offered = [str(value) for value, _label in page.context["form"].fields["user"].choices]
        assert str(cast.assets.pk) not in offered
        assert str(cast.head.pk) in offered
        response = client.post(url(session, "counters/"), {"act": "appoint", "user": cast.assets.pk})
        assert response.status_code == 422
        assert "213" in str(response.context["form"].errors["user"])
        assert not Counter.objects.filter(user=cast.assets).exists()

    @pytest.mark.parametrize(
        "words",
        [{}, {"user": ""}, {"user": "abc"}, {"user": "9" * 40}, {"user": "\x00"}, {"user": "1", "division": "x"}],
    )
    def test_nobody_is_nobody(self, cast: Cast, words: dict[str, str]) -> None:
        session = prepared(cast)
        response = cast.client("assets").post(url(session, "counters/"), {"act": "appoint", **words})
        assert response.status_code == 422
        assert session.counters.count() == 2

    def test_remove_make_chair_mend(self, cast: Cast) -> None:
        session, client = prepared(cast), cast.client("assets")
        counter = session.counters.get(user=cast.staff)
        path = url(session, "counters/")
        assert client.post(path, {"act": "chair", "counter": counter.pk}).status_code == 302
        assert client.post(path, {"act": "remove", "counter": counter.pk}).status_code == 302
        assert client.post(path, {"act": "remove", "counter": counter.pk}).status_code == 404
        for wrong in ("", "x", "9" * 30):
            assert client.post(path, {"act": "remove", "counter": wrong}).status_code == 404
        words = {"act": "days", "order": "คำสั่งที่ 9/2569", "appointed_on": f"20/09/{session.fiscal_year}"}
        assert client.post(path, words).status_code == 302
        session.refresh_from_db()
        assert session.order == "คำสั่งที่ 9/2569"
        assert client.post(path, {**words, "order": ""}).status_code == 422

    def test_who_has_counted_is_not_removed(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        counter = session.counters.get(user=cast.staff)
        response = cast.client("assets").post(url(session, "counters/"), {"act": "remove", "counter": counter.pk})
        assert response.status_code == 422
        assert session.counters.filter(user=cast.staff).exists()

    def test_too_early_is_said(self, cast: Cast) -> None:
        from assets.services.counts import make_count

        year = FiscalYear.current()
        with time_machine.travel(dt.datetime.combine(year.end, dt.time(9), BANGKOK), tick=False):
            session = make_count(by=cast.assets, fiscal_year=year.number, order=ORDER, appointed_on=year.end)
            appoint_counter(session, by=cast.assets, user=cast.staff)
            response = cast.client("assets").post(url(session, "open/"))
            assert response.status_code == 422
            assert session.items.count() == 0


class TestCounting:
    def test_one_tap_and_a_double_click(self, cast: Cast, projector: Asset) -> None:
        session, client = begun(cast), cast.client("staff")
        for _again in range(2):
            response = client.post(entry_url(session, projector), {"act": "as_expected", "revision": "0"})
            assert response.status_code == 302
        assert response["Location"].startswith(url(session, "work/"))
        item = entry(session, projector)
        assert (item.result, item.condition, item.revision) == (CountResult.FOUND, Condition.GOOD, 1)

    def test_the_second_counter_is_told_and_may_correct(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        client = cast.client("staff2")
        response = client.post(entry_url(session, projector), {"act": "as_expected", "revision": "0"})
        assert response.status_code == 422
        assert "staff" in response.context["refused"]
        assert 'name="revision" value="1"' in text(response)
        response = client.post(entry_url(session, projector), {"result": "missing", "note": "หาแล้ว", "revision": "1"})
        assert response.status_code == 302
        page = client.get(entry_url(session, projector))
        assert [event.counted_by for event in page.context["earlier"]] == [cast.staff]
        assert entry(session, projector).note == "หาแล้ว"

    def test_a_photo_comes_with_it(self, cast: Cast, chairs: Asset) -> None:
        session, client = begun(cast), cast.client("staff")
        words = {"result": "missing", "found": "8", "condition": "damaged", "damaged": "2", "revision": "0"}
        photos = [SimpleUploadedFile(f"{name}.png", PNG, "image/png") for name in "ab"]
        assert client.post(entry_url(session, chairs), {**words, "photos": photos}).status_code == 302
        item = entry(session, chairs)
        assert (item.found, item.damaged, item.photos.count()) == (8, 2, 2)
        photo = item.photos.first()
        assert photo is not None
        for name in ("staff", "assets", "mayor"):
            seen = photo.public_id in text(cast.client(name).get(url(session), {"show": "damaged"}))
            code = cast.client(name).get(f"/assets/photos/{photo.public_id}/").status_code
            assert (seen, code) == ((True, 200) if name != "mayor" else (False, 404)), name
        assert client.get(entry_url(session, chairs)).status_code == 200

    @pytest.mark.parametrize(
        ("field", "words"),
        [
            ("result", {}),
            ("result", {"result": "pending"}),
            ("place", {"result": "wrong_place", "found": "10"}),
            ("found", {"result": "found", "found": "9"}),
            ("found", {"result": "missing", "found": "10"}),
            ("found", {"result": "found", "found": "9" * 30}),
            ("found", {"result": "found", "found": "-1"}),
            ("damaged", {"result": "found", "found": "10", "condition": "damaged"}),
            ("damaged", {"result": "found", "found": "10", "condition": "damaged", "damaged": "1e9"}),
            ("condition", {"result": "found", "found": "10", "condition": "lost"}),
            ("note", {"result": "found", "found": "10", "note": "x" * 501}),
            ("photos", {"result": "found", "photos": SimpleUploadedFile("a.png", b"GIF89a")}),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(
        self, cast: Cast, chairs: Asset, field: str, words: dict[str, Any]
    ) -> None:
        session = begun(cast)
        response = cast.client("staff").post(entry_url(session, chairs), {"revision": "0", "place": "", **words})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert f'id="id_{field}_error"' in text(response)
        assert entry(session, chairs).result == CountResult.PENDING

    @pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "\x00"])
    def test_a_revision_that_is_none(self, cast: Cast, projector: Asset, revision: str) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        words = {"act": "as_expected", "revision": revision}
        assert cast.client("staff2").post(entry_url(session, projector), words).status_code == 422
        assert entry(session, projector).counted_by == cast.staff

    def test_who_became_an_asset_officer_counts_no_more(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        cast.staff.groups.add(Group.objects.get(name=Role.ASSET_OFFICER.value))
        client = cast.client("staff")
        for path in ("work/", "unexpected/", f"items/{projector.label}/"):
            assert client.get(url(session, path)).status_code == 403
            assert client.post(url(session, path), {"act": "as_expected"}).status_code in (403, 405)
        assert client.get(url(session, "close/")).status_code == 403
        assert not CountItem.objects.exclude(result=CountResult.PENDING).exists()

    def test_a_number_a_label_or_what_was_scanned_leads_to_the_entry(self, cast: Cast, projector: Asset) -> None:
        session, client = begun(cast), cast.client("staff")
        for typed in (
            projector.number, "๔๑๖-๕๐-๐๐๐๑", " 416 - 50 - 0001 ".replace(" ", ""), projector.label.lower(),
            f"https://portal.example/assets/item/{projector.label}/",
        ):  # fmt: skip
            response = client.get(url(session, "work/"), {"q": typed})
            assert response.status_code == 302, typed
            assert response["Location"] == entry_url(session, projector)
        response = client.get(url(session, "work/"), {"q": "เครื่องฉาย"})
        assert projector.number in text(response)
        for hostile in ("%", "x" * 5000, "https://x/assets/item/AAAAAAAAAA/"):
            assert client.get(url(session, "work/"), {"q": hostile}).status_code == 200

    def test_what_is_on_loan_says_so(self, cast: Cast, projector: Asset) -> None:
        handed_out(cast.staff, cast.head, cast.assets, projector)
        session, client = begun(cast), cast.client("staff")
        assert client.get(entry_url(session, projector)).context["due"]
        assert client.get(url(session, "work/")).context["to_do"][0].due

    def test_not_on_the_list(self, cast: Cast, projector: Asset) -> None:
        session, client = begun(cast), cast.client("staff")
        later = AssetFactory()
        response = client.get(entry_url(session, later))
        assert response.status_code == 200
        assert f"number={later.number}" in text(response)
        for label in ("AAAAAAAAAA", "x" * 300):
            assert client.get(url(session, f"items/{label}/")).status_code == 404

    def test_before_and_after(self, cast: Cast, projector: Asset) -> None:
        session, client = prepared(cast), cast.client("staff")
        for path in ("work/", "unexpected/", "close/", f"items/{projector.label}/"):
            assert cast.client("staff2").get(url(session, path)).status_code == 200
        words = {"description": "ตู้", "place": "โกดัง", "condition": "good"}
        assert client.post(url(session, "unexpected/"), words).status_code == 422
        assert cast.client("staff2").post(url(session, "close/")).status_code == 422
        from assets.services.counts import open_count

        session = open_count(session, by=cast.assets)
        counted(session, projector, cast.staff)
        close_count(session, by=cast.staff2)
        assert client.post(url(session, "unexpected/"), words).status_code == 422
        late = {"result": "missing", "revision": "1"}
        assert client.post(entry_url(session, projector), late).status_code == 422
        for path in ("work/", "unexpected/", f"items/{projector.label}/"):
            assert client.get(url(session, path)).status_code == 200

    def test_pages_of_what_is_left_by_place(self, cast: Cast) -> None:
        for number in range(120):
            AssetFactory(place=f"ห้อง {number % 3}")
        session, client = begun(cast), cast.client("staff")
        seen: list[int] = []
        query = ""
        for _page in range(3):
            context = client.get(url(session, "work/") + query).context
            seen += [row.item.pk for row in context["to_do"]]
            query = f"?after={context['following']}"
        assert context["following"] is None
        expected = session.items.order_by("place", "pk").values_list("pk", flat=True)
        assert seen == list(expected)
        for hostile in ("x", "-1", "9" * 40, "999999"):
            assert client.get(url(session, "work/"), {"after": hostile, "division": hostile}).status_code == 200


class TestSurprises:
    def test_the_form_twice_and_its_photo(self, cast: Cast) -> None:
        session, client = begun(cast), cast.client("staff")
        form = client.get(url(session, "unexpected/")).context["form"]
        words = {"number": "", "description": "พัดลม", "place": "โกดัง", "condition": "good",
                 "form_mark": form["form_mark"].value()}  # fmt: skip
        for _again in range(2):
            photo = SimpleUploadedFile("a.png", PNG, "image/png")
            assert client.post(url(session, "unexpected/"), {**words, "photos": photo}).status_code == 302
        assert (Surprise.objects.count(), Photo.objects.count()) == (1, 1)

    def test_a_number_that_is_on_the_list_leads_there(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        words = {"number": projector.number, "description": "x", "place": "y", "condition": "good"}
        response = cast.client("staff").post(url(session, "unexpected/"), words)
        assert response.status_code == 422
        assert entry_url(session, projector) in text(response)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("description", ""), ("description", "x" * 301), ("place", " "), ("condition", "lost"), ("condition", ""),
         ("number", "9" * 61)],
    )  # fmt: skip
    def test_what_cannot_be(self, cast: Cast, field: str, value: str) -> None:
        session = begun(cast)
        words = {"number": "", "description": "ตู้", "place": "โกดัง", "condition": "good", field: value}
        response = cast.client("staff").post(url(session, "unexpected/"), words)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not Surprise.objects.exists()


class TestClosing:
    def test_what_is_left_must_be_confirmed_with_its_number(self, cast: Cast, projector: Asset) -> None:
        session, client = begun(cast), cast.client("staff2")
        # Typed by whoever closes: the page does not fill it in, not even after it was wrong.
        assert client.get(url(session, "close/")).context["form"]["missing"].value() is None
        for words in ({}, {"missing": ""}, {"missing": "0"}, {"missing": "2"}, {"missing": "x"}, {"confirmed": "on"}):
            response = client.post(url(session, "close/"), {"remarks": "ตรวจครบ", **words})
            assert response.status_code == 422
            assert list(response.context["form"].errors) == ["missing"]
            assert 'id="id_missing_error"' in text(response)
            assert "ตรวจครบ" in text(response)
            assert 'name="missing" value="1"' not in text(response)
        for _again in range(2):
            words = {"remarks": "ตรวจครบ", "missing": "1"}
            assert client.post(url(session, "close/"), words).status_code == 302
        session.refresh_from_db()
        assert (session.remarks, session.closed_by) == ("ตรวจครบ", cast.staff2)

    def test_what_is_on_loan_is_told_apart_before_and_after(self, cast: Cast, projector: Asset, chairs: Asset) -> None:
        handed_out(cast.staff, cast.head, cast.assets, projector)
        session, client = begun(cast), cast.client("staff2")
        page = client.get(url(session, "close/"))
        assert (page.context["left_on_loan"], page.context["left_missing"]) == (1, 1)
        client.post(url(session, "close/"), {"missing": "2"})
        shown = {name: client.get(url(session), {"show": name}).context["rows"] for name in ("missing", "on_loan")}
        assert [item.asset for item in shown["missing"]] == [chairs]
        assert [item.asset for item in shown["on_loan"]] == [projector]

    def test_some_of_many_is_not_said_to_be_none(self, cast: Cast, chairs: Asset) -> None:
        session = begun(cast)
        item = counted(session, chairs, cast.staff, CountResult.MISSING, found=9)
        with override("en"):
            assert item_result(item) == "Not all found"
        assert "Not all found" in text(cast.client("mayor").get("/en" + url(session)))

    def test_how_late_a_report_is(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        late = dt.datetime.combine(session.due_on + dt.timedelta(days=3), dt.time(9), BANGKOK)
        with time_machine.travel(late, tick=False):
            assert "3 days late" in text(cast.client("mayor").get("/en" + url(session)))
            close_count(session, by=cast.staff2, missing=1)
            assert "Closed, reported late" in text(cast.client("mayor").get("/en/assets/count/"))

    def test_the_lists(self, cast: Cast, projector: Asset, chairs: Asset) -> None:
        session, client = begun(cast), cast.client("mayor")
        counted(session, chairs, cast.staff, condition=Condition.DAMAGED, damaged=1)
        note_surprise(session, by=cast.staff, description="พัดลมลึกลับ", place="โกดัง", form_mark=mark())
        shown = {"pending": projector.number, "damaged": chairs.number, "unexpected": "พัดลมลึกลับ"}
        for name, words in shown.items():
            assert words in text(client.get(url(session), {"show": name})), name
        for hostile in ("x", "-1", "9" * 40):
            query = {"show": hostile, "division": hostile, "after": hostile}
            assert client.get(url(session), query).status_code == 200


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("number", [2, 200])
def test_what_the_pages_cost(cast: Cast, number: int) -> None:
    AssetFactory.create_batch(number)
    session = begun(cast)
    item = session.items.select_related("asset").first()
    assert item is not None
    staff, mayor = cast.client("staff"), cast.client("mayor")
    cost = {
        "work": queries_of(staff, url(session, "work/")),
        "search": queries_of(staff, url(session, "work/") + "?q=เครื่อง"),
        "entry": queries_of(staff, entry_url(session, item.asset)),
        "count": queries_of(mayor, url(session) + "?show=pending"),
        "list": queries_of(mayor, "/assets/count/"),
    }
    assert cost == COST


COST = {"work": 15, "search": 16, "entry": 12, "count": 15, "list": 10}
