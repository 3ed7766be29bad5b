"""Writing, proving and publishing reports."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client

from ita_portal.uploads import accept_upload
from measures.choices import ProgressStatus
from measures.models import Evidence, Measure, Plan, PlanVersion, Progress, ProgressVersion
from measures.reading import draft_plan, measure_history, published_plan, published_versions, published_years
from measures.services import (
    StaleReportError,
    add_file_evidence,
    add_link_evidence,
    adopt_share,
    publish_plan,
    publish_progress,
    roll_forward,
    save_progress,
    withdraw_evidence,
)
from tests.cast import Cast
from tests.documents import pdf_upload
from tests.factories import IssueAreaFactory, MeasureFactory, PlanFactory


def report(measure: Measure, cast: Cast, quarter: int = 1, **said: object) -> Progress:
    values = {"status": ProgressStatus.IN_PROGRESS, "result": "เริ่มแล้ว", "revision": 0, "division": None} | said
    return save_progress(measure=measure, quarter=quarter, by=cast.secretary, **values)


@pytest.fixture
def measure(published_plan: Plan) -> Measure:
    return Measure.objects.get(area__plan=published_plan, area__number=1)


def test_what_is_written_is_not_public_until_it_is_published(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    assert published_plan(2567).progress == {}
    publish_progress(reports=[row], by=cast.secretary)
    assert published_plan(2567).progress[measure.public_id, 1].result == "เริ่มแล้ว"

    report(measure, cast, revision=row.revision, status="done", result="เสร็จแล้ว")
    assert published_plan(2567).progress[measure.public_id, 1].result == "เริ่มแล้ว"


def test_every_published_report_stays_readable_with_its_date(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    publish_progress(reports=[row], by=cast.secretary)
    row.refresh_from_db()
    row = report(measure, cast, revision=row.revision, status="done", result="เสร็จแล้ว")
    publish_progress(reports=[row], by=cast.secretary)
    first, second = reversed(measure_history(2567, measure.public_id)[1])
    assert (first.number, first.result, second.number, second.result) == (1, "เริ่มแล้ว", 2, "เสร็จแล้ว")
    assert first.published_at < second.published_at


def test_publishing_twice_makes_one_version(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    assert len(publish_progress(reports=[row], by=cast.secretary)) == 1
    assert publish_progress(reports=[row], by=cast.secretary) == []


def test_saving_the_same_words_again_changes_nothing(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    again = report(measure, cast, revision=row.revision)
    assert again.revision == row.revision


def test_a_stale_form_does_not_overwrite(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    report(measure, cast, revision=row.revision, result="คนที่สองเขียน")
    with pytest.raises(StaleReportError):
        report(measure, cast, revision=row.revision, result="คนแรกเขียนทับ")
    assert Progress.objects.get().result == "คนที่สองเขียน"


def test_a_quarter_outside_the_schedule_is_refused_with_a_sentence(published_plan: Plan, cast: Cast) -> None:
    measure = Measure.objects.get(quarters=[2, 3, 4])
    with pytest.raises(ValidationError) as refused:
        report(measure, cast, quarter=1)
    assert "quarter" in refused.value.message_dict
    assert not Progress.objects.exists()


def test_done_needs_a_result(measure: Measure, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        report(measure, cast, status="done", result="  ")
    assert not Progress.objects.exists()


def test_published_evidence_stays_when_it_is_taken_out(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    proof = add_file_evidence(progress=row, upload=accept_upload(pdf_upload()), title="", by=cast.secretary)
    assert len(proof.sha256) == 64
    publish_progress(reports=[row], by=cast.secretary)
    withdraw_evidence(evidence=proof, by=cast.secretary)
    assert [shown.sha256 for shown in published_plan(2567).progress[measure.public_id, 1].evidence] == [proof.sha256]
    publish_progress(reports=[row], by=cast.secretary)
    assert published_plan(2567).progress[measure.public_id, 1].evidence == ()
    older = measure_history(2567, measure.public_id)[1][-1]
    assert [shown.sha256 for shown in older.evidence] == [proof.sha256]


def test_the_same_file_or_link_is_attached_once(measure: Measure, cast: Cast) -> None:
    row = report(measure, cast)
    for _twice in range(2):
        add_file_evidence(progress=row, upload=accept_upload(pdf_upload()), title="", by=cast.secretary)
        add_link_evidence(progress=row, url="https://example.org/a", title="", by=cast.secretary)
    assert Evidence.objects.count() == 2


def test_a_share_is_taken_over_once_and_with_its_evidence(measure: Measure, cast: Cast) -> None:
    share = save_progress(
        measure=measure, quarter=1, division=cast.staff.division, by=cast.staff, revision=0,
        status="done", result="แจกแบบสำรวจ",
    )  # fmt: skip
    add_file_evidence(progress=share, upload=accept_upload(pdf_upload()), title="", by=cast.staff)
    for _twice in range(2):
        whole = adopt_share(share=share, by=cast.secretary)
    assert whole.result.count("แจกแบบสำรวจ") == 1
    assert cast.staff.division is not None
    assert whole.result.startswith(cast.staff.division.short_name or cast.staff.division.name)
    assert whole.evidence.count() == 1
    assert share.result == "แจกแบบสำรวจ"


def test_a_report_of_an_unpublished_plan_is_not_published(plan: Plan, cast: Cast) -> None:
    row = report(plan.areas.get(number=1).measures.get(), cast)
    with pytest.raises(ValidationError):
        publish_progress(reports=[row], by=cast.secretary)
    assert not ProgressVersion.objects.exists()


def test_structure_is_published_by_an_act_and_once(published_plan: Plan, cast: Cast) -> None:
    area = published_plan.areas.get(number=1)
    area.title = "ชื่อใหม่"
    area.save()
    from measures.reading import published_plan as read

    assert read(2567).data.areas[0].title != "ชื่อใหม่"
    assert publish_plan(plan=published_plan, by=cast.secretary).number == 2
    assert publish_plan(plan=published_plan, by=cast.secretary).number == 2
    assert read(2567).data.areas[0].title == "ชื่อใหม่"
    assert read(2567, version=1).data.areas[0].title != "ชื่อใหม่"
    assert [version.number for version in published_versions(2567)] == [2, 1]


def test_an_old_version_shows_the_reports_of_its_time(measure: Measure, cast: Cast, published_plan: Plan) -> None:
    row = report(measure, cast)
    publish_progress(reports=[row], by=cast.secretary)
    published_plan.areas.filter(number=1).update(title="ชื่อใหม่")
    publish_plan(plan=published_plan, by=cast.secretary)
    row.refresh_from_db()
    publish_progress(reports=[report(measure, cast, revision=row.revision, result="ต่อมา")], by=cast.secretary)
    from measures.reading import published_plan as read

    assert read(2567, version=1).progress[measure.public_id, 1].result == "เริ่มแล้ว"
    assert read(2567).progress[measure.public_id, 1].result == "ต่อมา"


def test_the_draft_shows_what_publishing_would_show(measure: Measure, cast: Cast, published_plan: Plan) -> None:
    row = report(measure, cast)
    seen_before = draft_plan(published_plan).progress[measure.public_id, 1]
    publish_progress(reports=[row], by=cast.secretary)
    from measures.reading import published_plan as read

    seen_after = read(2567).progress[measure.public_id, 1]
    assert (seen_before.status, seen_before.result, seen_before.number) == (
        seen_after.status, seen_after.result, seen_after.number,
    )  # fmt: skip


def test_roll_forward_takes_the_structure_and_leaves_the_results(
    measure: Measure, cast: Cast, published_plan: Plan
) -> None:
    report(measure, cast)
    rolled = roll_forward(plan=published_plan, by=cast.secretary)
    assert (rolled.fiscal_year, rolled.assessment_year, rolled.rolled_from) == (2568, 2567, published_plan)
    texts = list(Measure.objects.filter(area__plan=published_plan).values_list("text", flat=True))
    fresh = Measure.objects.filter(area__plan=rolled)
    assert list(fresh.values_list("text", flat=True)) == texts
    assert not Progress.objects.filter(measure__in=fresh).exists()
    assert not set(fresh.values_list("public_id", flat=True)) & {measure.public_id}
    assert not PlanVersion.objects.filter(plan=rolled).exists()
    with pytest.raises(ValidationError):
        roll_forward(plan=published_plan, by=cast.secretary)


def test_years_are_counted_from_what_is_published(measure: Measure, cast: Cast) -> None:
    publish_progress(reports=[report(measure, cast)], by=cast.secretary)
    (year,) = published_years()
    assert (year.fiscal_year, year.reported, year.counts) == (2567, 1, {"in_progress": 1})
    assert year.total == sum(len(row.quarters) for row in Measure.objects.all())


def test_a_failed_file_leaves_nothing_behind(measure: Measure, cast: Cast, settings: object) -> None:
    row = report(measure, cast)
    upload = accept_upload(pdf_upload())
    Evidence.objects.create(
        progress=row,
        kind="file",
        title="x",
        file=ContentFile(b"x", "x.pdf"),
        size=1,
        sha256="0" * 64,
        added_by=cast.secretary,
    )
    before = set(Evidence._meta.get_field("file").storage.listdir("evidence")[1])
    broken = type(upload)(**{**{name: getattr(upload, name) for name in upload.__slots__}, "size": 0})
    with pytest.raises(IntegrityError), transaction.atomic():
        add_file_evidence(progress=row, upload=broken, title="", by=cast.secretary)
    assert set(Evidence._meta.get_field("file").storage.listdir("evidence")[1]) == before


def test_the_archive_shows_ten_years_a_page(cast: Cast) -> None:
    for year in range(2567, 2579):
        plan = PlanFactory(fiscal_year=year, assessment_year=year - 1)
        MeasureFactory(area=IssueAreaFactory(plan=plan))
        publish_plan(plan=plan, by=cast.secretary)
    first = [summary.fiscal_year for summary in published_years()]
    assert first == list(range(2578, 2568, -1))
    assert [summary.fiscal_year for summary in published_years(before=first[-1])] == [2568, 2567]
    page = Client().get("/measures/").content.decode()
    assert 'href="?before=2569"' in page
    for asked in ("2569", "๒๕๖๙", "x", "99999999999999999999", "2500"):
        assert Client().get("/measures/", {"before": asked}).status_code == 200
