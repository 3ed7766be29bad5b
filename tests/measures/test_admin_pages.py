"""Every page of the back office: at most 20 queries however much data there is, and only for whom it is."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from measures.admin.published import moment_words, shortened
from measures.documents.plan_files import write_plan
from measures.exporting import plan_data
from measures.models import Measure, Plan, PlanVersion, Progress, ProgressVersion
from measures.services import publish_plan, publish_progress, save_progress
from organization.models import Division
from tests.cast import Cast
from tests.factories import (
    AreaQuestionFactory,
    DivisionFactory,
    FindingFactory,
    IssueAreaFactory,
    LimitationFactory,
    MeasureFactory,
    PlanFactory,
    UserFactory,
)

QUERIES, QUERIES_OF_DELETION = 20, 60


def fill(cast: Cast, size: int) -> None:
    """`size` years of plans, published and reported: two with `size` areas and their rows, the others with one."""
    for _division in range(size):
        DivisionFactory()
        UserFactory(division=cast.staff.division)
    for year in range(2567, 2567 + size):
        plan = PlanFactory(fiscal_year=year, assessment_year=year - 1)
        LimitationFactory.create_batch(size, plan=plan)
        for number in range(1, (size if year < 2569 else 1) + 1):
            area = IssueAreaFactory(plan=plan, number=number)
            AreaQuestionFactory.create_batch(size, area=area)
            FindingFactory.create_batch(size, area=area)
            for _measure in range(2):
                MeasureFactory(area=area, all_divisions=False, divisions=[cast.staff.division, cast.staff2.division])
        publish_plan(plan=plan, by=cast.secretary)
        for measure in Measure.objects.filter(area__plan=plan):
            report = save_progress(
                measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="done", result="เสร็จ"
            )
            publish_progress(reports=[report], by=cast.secretary)


def pages() -> list[str]:
    """Every page of every registered model, with the first object where it needs one."""
    found = [reverse("admin:index"), reverse("admin:password_change"), reverse("admin:measures_plan_import")]
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")]
        first = model._default_manager.order_by("pk").first()
        if first is not None:
            found += [reverse(f"admin:{name}_{act}", args=[first.pk]) for act in ("change", "history", "delete")]
            for act in ("publish", "roll_forward"):
                try:
                    found.append(reverse(f"admin:{name}_{act}", args=[first.pk]))
                except NoReverseMatch:
                    continue
    return found


def test_no_page_needs_more_than_twenty_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    fill(cast, 6)
    for who in ("secretary", "admin"):
        client = cast.client(who)
        opened = 0
        for page in pages():
            # Before a division goes, every table that names one is asked, whatever it holds.
            most = QUERIES_OF_DELETION if page.startswith("/admin/organization/") and "delete" in page else QUERIES
            with django_assert_max_num_queries(most, info=f"{who}: {page}"):  # type: ignore[operator]
                code = client.get(page).status_code
            assert code in (200, 302, 403), page
            opened += code == 200
        assert opened > 10


def test_the_administrator_makes_no_superuser_and_sees_none(cast: Cast) -> None:
    boss = UserFactory(username="root", is_superuser=True, is_staff=True)
    client = cast.client("admin")
    assert "root" not in client.get("/admin/organization/user/").content.decode()
    assert client.get(f"/admin/organization/user/{boss.pk}/change/").status_code == 302
    page = client.get(f"/admin/organization/user/{cast.staff.pk}/change/").content.decode()
    assert "is_superuser" not in page
    assert "user_permissions" not in page


def test_a_role_opens_the_back_office(cast: Cast) -> None:
    client = cast.client("admin")
    page = f"/admin/organization/user/{cast.staff2.pk}/change/"
    form = client.get(page).context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields if name != "password"}
    office = client.get(page).context["adminform"].form.fields["groups"].queryset.get(name="plan_office")
    data |= {"groups": [office.pk], "is_active": "on", "username": cast.staff2.username, "email": "a@example.org"}
    assert client.post(page, data).status_code == 302
    cast.staff2.refresh_from_db()
    assert cast.staff2.is_staff
    assert cast.client("staff2").get("/admin/measures/progress/").status_code == 200


def test_published_reports_are_listed_in_short_words_and_buddhist_years(cast: Cast) -> None:
    fill(cast, 1)
    version = ProgressVersion.objects.first()
    assert version is not None
    page = cast.client("secretary").get("/admin/measures/progressversion/").content.decode()
    assert moment_words(version.published_at) in page
    assert re.fullmatch(r"\d+ \S+ 25\d\d เวลา \d\d\.\d\d น\.", moment_words(version.published_at))
    assert f"({version.measure.area.number}) {shortened(version.measure.text)}" in page


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("สั้น", "สั้น"),
        ("ก" * 40 + " " + "ข" * 40, "ก" * 40 + "…"),
        ("ก" * 58 + "ที่" + "ข" * 9, "ก" * 58 + "…"),
        ("ก" * 58 + "เข้า" + "ข" * 9, "ก" * 58 + "…"),
    ],
)
def test_a_long_measure_is_cut_where_thai_can_be_cut(text: str, short: str) -> None:
    assert shortened(text) == short


class TestPlanFromAFile:
    """Bringing a plan in through the admin."""

    PAGE = "/admin/measures/plan/import/"

    def upload(self, client: Client, content: bytes, name: str, button: str = "store", **more: object) -> object:
        return client.post(self.PAGE, {"file": SimpleUploadedFile(name, content), button: "", **more})

    @pytest.mark.parametrize("extension", ["yaml", "docx", "xlsx"])
    def test_check_stores_nothing_and_store_makes_a_draft(self, plan: Plan, cast: Cast, extension: str) -> None:
        content = write_plan(plan_data(plan), extension)
        Plan.objects.all().delete()
        client = cast.client("secretary")
        checked = self.upload(client, content, f"แผน.{extension}", "check")
        assert checked.status_code == 200  # type: ignore[attr-defined]
        assert checked.context["outcome"].lines  # type: ignore[attr-defined]
        assert not Plan.objects.exists()
        assert self.upload(client, content, f"แผน.{extension}").status_code == 302  # type: ignore[attr-defined]
        assert Measure.objects.count() == 3
        assert not PlanVersion.objects.exists()

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"", "x.docx"),
            (b"PK\x03\x04 cut", "x.docx"),
            (b"areas: [", "x.yaml"),
            (b"MZ", "x.exe"),
            (b"\xff\xfe", "x.yaml"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_reason(self, cast: Cast, content: bytes, name: str) -> None:
        answer = self.upload(cast.client("secretary"), content, name)
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert not Plan.objects.exists()

    def test_a_report_is_never_lost_by_a_file(self, plan: Plan, cast: Cast) -> None:
        content = write_plan(plan_data(plan), "yaml").decode()
        late = Measure.objects.get(quarters=[2, 3, 4])
        Progress.objects.create(measure=late, quarter=4, updated_by=cast.secretary)
        without = content.replace("quarters: [2, 3, 4]", "quarters: [2, 3]")
        assert without != content
        answer = self.upload(cast.client("secretary"), without.encode(), "x.yaml")
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert answer.context["problems"]  # type: ignore[attr-defined]
        late.refresh_from_db()
        assert late.quarters == [2, 3, 4]


def test_a_measure_is_edited_with_boxes(plan: Plan, cast: Cast) -> None:
    client = cast.client("secretary")
    measure = Measure.objects.get(quarters=[2, 3, 4])
    page = f"/admin/measures/measure/{measure.pk}/change/"
    division = Division.objects.get(name="กองคลัง")
    data = {
        "area": measure.area_id, "position": 1, "text": measure.text, "quarters": ["2", "4"],
        "schedule": "ไตรมาส 2 และ 4",
        "responsible": [division.pk], "indicators": ["measures.reported"],
    }  # fmt: skip
    assert client.post(page, data).status_code == 302
    measure.refresh_from_db()
    assert (measure.quarters, list(measure.divisions.all()), measure.indicators) == (
        [2, 4], [division], ["measures.reported"],
    )  # fmt: skip
    assert LogEntry.objects.filter(user=cast.secretary).exists()

    Progress.objects.create(measure=measure, quarter=4, updated_by=cast.secretary)
    for wrong in ({"quarters": ["2"]}, {"quarters": []}, {"responsible": []}, {"all_divisions": "on"}):
        answer = client.post(page, data | wrong)
        assert answer.status_code == 200, "Django's admin answers a form with errors as the page itself"
        assert answer.context["errors"]
    measure.refresh_from_db()
    assert measure.quarters == [2, 4]


def test_publishing_the_plan_after_a_look(plan: Plan, cast: Cast) -> None:
    client = cast.client("secretary")
    page = f"/admin/measures/plan/{plan.pk}/publish/"
    assert plan.areas.first().title in client.get(page).content.decode()  # type: ignore[union-attr]
    assert Client().get("/measures/2567/").status_code == 404
    assert client.post(page).status_code == 302
    assert Client().get("/measures/2567/").status_code == 200


def test_rolling_forward_from_the_admin_once(published_plan: Plan, cast: Cast) -> None:
    client = cast.client("secretary")
    page = f"/admin/measures/plan/{published_plan.pk}/roll-forward/"
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert client.post(page).status_code == 302
    assert list(Plan.objects.values_list("fiscal_year", flat=True)) == [2568, 2567]
    assert Client().get("/measures/2568/").status_code == 404
