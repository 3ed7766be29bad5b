"""The daily job: the office's page of the quarter, publishing after a preview, the divisions' shares."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from measures.models import Evidence, Measure, Plan, Progress, ProgressVersion
from measures.reading import published_plan as read
from measures.services import roll_forward, save_progress
from tests.cast import Cast
from tests.documents import pdf_upload
from tests.factories import DivisionFactory, IssueAreaFactory, MeasureFactory, PlanFactory, ProgressFactory

QUARTER = "/admin/measures/progress/?year=2567&quarter=2"
PUBLISH = "/admin/measures/progress/publish/?year=2567&quarter=2"


@pytest.fixture
def measure(published_plan: Plan) -> Measure:
    return Measure.objects.get(area__plan=published_plan, area__number=1)


def typed(measure: Measure, **said: object) -> dict[str, object]:
    values = {"status": "done", "result": "อบรมแล้ว", "obstacles": "", "next_step": "", "link": "", "revision": 0} | said
    return {f"m{measure.public_id}-{name}": value for name, value in values.items()}


def test_status_words_and_file_in_one_step(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    answer = client.post(QUARTER, typed(measure, attachments=[pdf_upload(), pdf_upload("สอง.pdf", "2")]))
    assert answer.status_code == 302
    report = Progress.objects.get(measure=measure, quarter=2)
    assert (report.status, report.result, report.updated_by) == ("done", "อบรมแล้ว", cast.secretary)
    assert report.evidence.count() == 2
    assert read(2567).progress == {}


def test_several_rows_at_once_and_untouched_rows_stay_empty(published_plan: Plan, cast: Cast) -> None:
    first, second, third = Measure.objects.order_by("pk")
    begun = typed(second, status="in_progress", result="เริ่มแล้ว")
    data = typed(first) | begun | typed(third, status="not_started", result="")
    assert cast.client("secretary").post(QUARTER, data).status_code == 302
    assert set(Progress.objects.values_list("measure", "status")) == {(first.pk, "done"), (second.pk, "in_progress")}


def test_preview_then_publish(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    answer = client.post(QUARTER, typed(measure) | {"preview": ""})
    assert answer.url.startswith(f"{PUBLISH}&saved=")
    page = client.get(PUBLISH).content.decode()
    assert "อบรมแล้ว" in page
    preview = client.get(f"/measures/2567/areas/{measure.area.number}/preview/")
    assert "อบรมแล้ว" in preview.content.decode()
    assert "อบรมแล้ว" not in Client().get("/measures/2567/areas/1/").content.decode()

    (report,) = Progress.objects.all()
    assert client.post(PUBLISH, {"report": report.pk}).status_code == 302
    assert "อบรมแล้ว" in Client().get("/measures/2567/areas/1/").content.decode()


def test_nothing_chosen_publishes_nothing(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    client.post(QUARTER, typed(measure))
    client.post(PUBLISH, {})
    assert not ProgressVersion.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"result": ""},
        {"status": "finished"},
        {"link": "javascript:alert(1)"},
        {"link": "not an address"},
        {"link": "/nowhere/"},
        {"link": "/admin/"},
        {"link": "https://user:password@example.org/"},
        {"status": "delayed", "obstacles": ""},
        {"attachments": SimpleUploadedFile("x.pdf", b"")},
        {"attachments": SimpleUploadedFile("x.pdf", b"<html><script>alert(1)</script>")},
        {"attachments": SimpleUploadedFile("x.exe", b"MZ\x90\x00")},
        {"revision": "x"},
        {"result": "ก" * 5001},
        {"withdraw": "nobody's"},
    ],
)
def test_bad_input_is_answered_at_its_field_and_stores_nothing(
    published_plan: Plan, measure: Measure, cast: Cast, said: dict[str, object]
) -> None:
    other = Measure.objects.exclude(pk=measure.pk).first()
    assert other is not None
    answer = cast.client("secretary").post(QUARTER, typed(measure, **said) | typed(other, result="ถูกต้อง"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ถูกต้อง" in page, "what was typed elsewhere is kept"
    wrong = next(reversed(said))
    field = f"id_m{measure.public_id}-{'result' if wrong == 'result' else wrong}_error"
    assert wrong == "revision" or f'id="{field}"' in page
    assert wrong in ("revision", "withdraw") or re.search(rf'aria-describedby="[^"]*{field}"', page)
    assert not Progress.objects.exists()
    assert not Evidence.objects.exists()


def test_a_stale_form_keeps_the_words_and_says_who_was_faster(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    save_progress(
        measure=measure, quarter=2, division=None, by=cast.admin, revision=0, status="in_progress", result="ก่อน"
    )
    answer = client.post(QUARTER, typed(measure, result="ของฉัน"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ของฉัน" in page
    assert str(cast.admin) in page
    assert "ก่อน" in page, "what the other wrote is shown beside it"
    assert Progress.objects.get().result == "ก่อน"


def test_withdrawing_and_linking_in_the_same_step(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    client.post(QUARTER, typed(measure, attachments=pdf_upload()))
    (report,) = Progress.objects.all()
    (proof,) = Evidence.objects.all()
    said = typed(measure, revision=report.revision, withdraw=proof.public_id, link="https://example.org/a")
    assert client.post(QUARTER, said).status_code == 302
    assert [found.url for found in report.evidence.in_use()] == ["https://example.org/a"]


def test_a_page_of_the_portal_is_evidence_too(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    assert client.post(QUARTER, typed(measure, link="/measures/2567/")).status_code == 302
    client.post(PUBLISH, {"report": Progress.objects.get().pk})
    (proof,) = Evidence.objects.all()
    assert (proof.kind, proof.url) == ("record", "/measures/2567/")
    assert 'href="/measures/2567/"' in Client().get("/measures/2567/areas/1/").content.decode()


@time_machine.travel(dt.datetime(2024, 4, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=7))))
def test_late_is_after_the_last_day_in_bangkok(measure: Measure, cast: Cast) -> None:
    page = cast.client("secretary").get(QUARTER)
    assert page.context["numbers"]["late"] == 3
    assert cast.client("secretary").get("/admin/measures/progress/?year=2567&quarter=3").context["numbers"]["late"] == 0


def test_filters_by_division_and_state(published_plan: Plan, cast: Cast) -> None:
    client = cast.client("secretary")
    assert cast.staff2.division is not None
    of_finance = client.get(f"{QUARTER}&division={cast.staff2.division.pk}").context["numbers"]["all"]
    assert (client.get(QUARTER).context["numbers"]["all"], of_finance) == (3, 2)
    assert client.get(f"{QUARTER}&state=unpublished").context["areas"] == []
    for nonsense in ("&division=x", "&state=x", "&quarter=9", "&year=x"):
        assert client.get(QUARTER + nonsense).status_code == 200


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_needs_at_most_twenty_queries_whatever_the_data(
    cast: Cast, django_assert_max_num_queries: object, size: int
) -> None:
    plan = PlanFactory(fiscal_year=2567)
    for number in range(1, size + 1):
        area = IssueAreaFactory(plan=plan, number=number)
        for _measure in range(3):
            measure = MeasureFactory(area=area, all_divisions=False, divisions=[DivisionFactory()])
            ProgressFactory(measure=measure, quarter=2)
            ProgressFactory(measure=measure, quarter=2, division=cast.staff.division)
    client = cast.client("secretary")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert client.get(QUARTER).status_code == 200
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert client.get(PUBLISH).status_code == 200


class TestShares:
    """A division reports its own share; the office takes it over."""

    SHARES = "/measures/shares/?year=2567&quarter=2"

    def test_a_division_writes_only_its_own_share(self, measure: Measure, cast: Cast) -> None:
        client = cast.client("staff")
        assert client.post(self.SHARES, typed(measure, attachments=pdf_upload())).status_code == 302
        report = Progress.objects.get()
        assert (report.division, report.updated_by) == (cast.staff.division, cast.staff)
        assert "อบรมแล้ว" not in cast.client("staff2").get(self.SHARES).content.decode()
        assert "อบรมแล้ว" in cast.client("head").get(self.SHARES).content.decode()
        assert read(2567).progress == {}

    def test_a_measure_of_another_division_is_not_offered_and_not_taken(self, published_plan: Plan, cast: Cast) -> None:
        other = Measure.objects.get(all_divisions=False)
        client = cast.client("staff2")
        assert other.text not in client.get(self.SHARES).content.decode()
        client.post(self.SHARES, typed(other))
        assert not Progress.objects.exists()

    def test_the_office_takes_it_over(self, measure: Measure, cast: Cast) -> None:
        cast.client("staff").post(self.SHARES, typed(measure, attachments=pdf_upload()))
        (share,) = Progress.objects.all()
        office = cast.client("secretary")
        assert "อบรมแล้ว" in office.get(QUARTER).content.decode()
        unsaved = Measure.objects.exclude(pk=measure.pk).first()
        assert unsaved is not None
        office.post(QUARTER, typed(unsaved, result="ยังไม่ได้บันทึก") | {"adopt": share.pk})
        whole = Progress.objects.get(measure=measure, division=None)
        assert "อบรมแล้ว" in whole.result
        assert whole.evidence.count() == 1
        assert Progress.objects.filter(measure=unsaved).exists(), "words typed beside the button are not lost"

    def test_bad_input_is_422(self, measure: Measure, cast: Cast) -> None:
        answer = cast.client("staff").post(self.SHARES, typed(measure, result=""))
        assert answer.status_code == 422
        assert not Progress.objects.exists()


class TestEvidenceFiles:
    """Who may read an attached file."""

    def test_a_draft_is_for_those_who_work_on_it(self, measure: Measure, cast: Cast) -> None:
        cast.client("staff").post(TestShares.SHARES, typed(measure, attachments=pdf_upload()))
        address = f"/measures/evidence/{Evidence.objects.get().public_id}/"
        codes = {
            name: cast.client(name).get(address).status_code
            for name in ("citizen", "staff", "head", "secretary", "staff2")
        }
        assert codes == {"citizen": 404, "staff": 200, "head": 200, "secretary": 200, "staff2": 404}

    def test_what_is_published_is_for_everybody(self, measure: Measure, cast: Cast) -> None:
        client = cast.client("secretary")
        client.post(QUARTER, typed(measure, attachments=pdf_upload()))
        client.post(PUBLISH, {"report": Progress.objects.get().pk})
        answer = Client().get(f"/measures/evidence/{Evidence.objects.get().public_id}/")
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "application/pdf"


def test_the_staff_home_says_what_waits(measure: Measure, cast: Cast) -> None:
    late = cast.client("secretary").get("/staff/").context["tasks"]
    assert [task.count for task in late if task.late] == [2, 3, 3, 3]
    mine = cast.client("staff").get("/staff/").context["tasks"]
    assert [task.count for task in mine] == [2, 3, 3, 3]
    save_progress(
        measure=measure, quarter=2, division=cast.staff.division, by=cast.staff, revision=0,
        status="in_progress", result="ก",
    )  # fmt: skip
    assert [task.count for task in cast.client("staff").get("/staff/").context["tasks"]] == [2, 2, 3, 3]
    arrived = [task for task in cast.client("secretary").get("/staff/").context["tasks"] if not task.late]
    assert [task.count for task in arrived] == [1]


def test_a_draft_of_next_year_makes_no_work_but_itself(published_plan: Plan, cast: Cast) -> None:
    before = {task.title for task in cast.client("secretary").get("/staff/").context["tasks"]}
    roll_forward(plan=published_plan, by=cast.secretary)
    after = [
        task.title for task in cast.client("secretary").get("/staff/").context["tasks"] if task.title not in before
    ]
    assert len(after) == 1
    assert "2568" in after[0]
    assert cast.client("staff").get("/measures/shares/").context["plan"] == published_plan
    assert cast.client("secretary").get("/admin/measures/progress/").context["plan"] == published_plan


def test_only_the_page_of_the_quarter_writes_a_report(measure: Measure, cast: Cast) -> None:
    report = save_progress(
        measure=measure, quarter=2, division=None, by=cast.secretary, revision=0, status="in_progress", result="จริง"
    )  # fmt: skip
    answer = cast.client("secretary").post(
        f"/admin/measures/progress/{report.pk}/change/", {"result": "ปลอม", "updated_by": cast.admin.pk}
    )
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.result, report.updated_by) == ("จริง", cast.secretary)


def test_a_long_address_is_evidence_as_well(measure: Measure, cast: Cast) -> None:
    address = "https://example.org/" + "%E0%B8%82" * 60
    assert cast.client("secretary").post(QUARTER, typed(measure, link=address)).status_code == 302
    assert Evidence.objects.get().url == address


def test_each_officer_publishes_only_what_is_ticked_for_them(measure: Measure, cast: Cast) -> None:
    other = Measure.objects.exclude(pk=measure.pk).first()
    assert other is not None
    cast.client("secretary").post(QUARTER, typed(measure))
    save_progress(
        measure=other, quarter=2, division=None, by=cast.admin, revision=0, status="in_progress", result="ของคนอื่น"
    )  # fmt: skip
    page = cast.client("secretary").get(PUBLISH)
    assert page.context["ticked"] == {Progress.objects.get(measure=measure).pk}
    assert len(page.context["rows"]) == 2
