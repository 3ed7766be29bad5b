"""Who gets what at every address of the portal. An address without a row here fails.

To add one: a `Row` with the name of the address, an example of its path, and what each role is answered.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django import shortcuts
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from measures.models import Plan
from measures.services import add_file_evidence, publish_progress, save_progress
from organization.choices import Role

from .addresses import ALIKE, BACK_OFFICE, LOGIN, ROLES, Row, back_office, download, officers, public, staff
from .assets.addresses import TABLE_OF_ASSETS, make_places
from .budget.addresses import OPEN_TO_ALL, TABLE_OF_BUDGET, make_budget_places
from .cast import Cast

OFFICE = {"secretary": 200}
"""The Office of the Permanent Secretary."""
REPORTERS = {"head": 200, "staff": 200, "staff2": 200}
"""Those who report the share of a division."""


CASE, FILE = "/complaints/desk/2345-6789/", "00000000-0000-4000-8000-000000000000"
"""Of no complaint and no file."""
WITHOUT_LANGUAGE = {"healthz", "robots", "sitemap", "sitemap_part"}
SIGNS_OUT = {"logout", "admin:logout"}
DOWNLOADS = ("json", "csv", "xlsx", "docx", "pdf")


TABLE: list[Row] = [
    # The portal
    *public("healthz", "/healthz"),
    *public("robots", "/robots.txt"),
    *public("sitemap", "/sitemap.xml"),
    *public("sitemap_part", "/sitemap-portal.xml"),
    *public("home", "/"),
    *public("accessibility", "/accessibility/"),
    *public("privacy", "/privacy/"),
    Row("seal", "/seal.png", 404),  # no seal is uploaded
    # People
    Row("login", "/accounts/login/", LOGIN, {"citizen": 200}),
    Row("login", "/accounts/login/", LOGIN, {"citizen": 200}, method="POST"),
    Row("logout", "/accounts/logout/", 405),
    Row("logout", "/accounts/logout/", 302, method="POST"),
    *staff("password_change", "/accounts/password/"),
    *staff("staff_home", "/staff/"),
    # The plan, for the public
    *public("measures:years", "/measures/"),
    *public("measures:year", "/measures/2567/"),
    *public("measures:area", "/measures/2567/areas/1/"),
    *public("measures:measure", "/measures/2567/measures/{measure}/"),
    *public("measures:figures", "/measures/2567/figures/"),
    *public("measures:versions", "/measures/2567/versions/"),
    *public("measures:version", "/measures/2567/versions/1/"),
    *public("measures:evidence", "/measures/evidence/{evidence}/"),
    *(row for kind in DOWNLOADS for row in download("measures:plan_file", f"/measures/2567/plan.{kind}")),
    *(row for kind in DOWNLOADS for row in download("measures:report_file", f"/measures/2567/report.{kind}")),
    # The plan, for staff
    Row(
        "measures:evidence", "/measures/evidence/{draft_evidence}/", 403,
        {"citizen": 404, "staff2": 404, "secretary": 200, "staff": 200, "head": 200},
    ),
    Row("measures:shares", "/measures/shares/", 403, REPORTERS | OFFICE | {"citizen": LOGIN}),
    Row("measures:preview", "/measures/2567/areas/1/preview/", 403, OFFICE | {"citizen": LOGIN}),
    # The integrity officers' vaults: nobody of the cast has one here, so what needs an open one leads to setting it up
    *officers("complaints:vault_set_up", "/complaints/desk/vault/", 200),
    *officers("complaints:unlock", "/complaints/desk/unlock/", 302),
    Row("complaints:lock", "/complaints/desk/lock/", 405, {"citizen": LOGIN}),
    *officers("complaints:lock", "/complaints/desk/lock/", 302, method="POST"),
    *officers("complaints:passphrase", "/complaints/desk/passphrase/", 302),
    *officers("complaints:officers", "/complaints/desk/officers/", 302),
    *officers("complaints:officer_confirm", "/complaints/desk/officers/1/confirm/", 302),
    *officers("complaints:officer_cases", "/complaints/desk/officers/1/cases/", 302),
    *officers("complaints:officer_remove", "/complaints/desk/officers/1/remove/", 302),
    *officers("complaints:recovery", "/complaints/desk/recovery/", 302),
    *officers("complaints:recovery_cover", "/complaints/desk/recovery/cover/", 302, method="POST"),
    *officers("complaints:recovery_shares", "/complaints/desk/recovery/shares.pdf", 302, method="POST"),
    *officers("complaints:recover", "/complaints/desk/recover/", 302),
    # The desk: without an open vault everything leads to setting one up
    *officers("complaints:desk", "/complaints/desk/", 302),
    *officers("complaints:desk_csv", "/complaints/desk/cases.csv", 302),
    *officers("complaints:intake", "/complaints/desk/intake/", 302),
    *officers("complaints:case", CASE, 302),
    *officers("complaints:case_act", f"{CASE}acts/answer/", 302, method="POST"),
    *officers("complaints:case_identity", f"{CASE}identity/", 302, method="POST"),
    *officers("complaints:case_file", f"{CASE}files/{FILE}/", 302),
    *officers("complaints:case_working_copy", f"{CASE}files/{FILE}/working-copy/", 302),
    *officers("complaints:case_package", f"{CASE}package/", 302, method="POST"),
    *officers("complaints:case_package_file", f"{CASE}package/file/", 302, method="POST"),
    # The channel, for the public
    *public("complaints:channel", "/complaints/"),
    *public("complaints:statistics", "/complaints/statistics/"),
    *download("complaints:statistics_file", "/complaints/statistics.json"),
    *download("complaints:statistics_file", "/complaints/statistics.csv"),
    *download("complaints:statistics_file", "/complaints/statistics.xlsx"),
    *download("complaints:poster", "/complaints/poster.pdf"),
    # Following a complaint: who has opened none is led to the form for the code
    Row("complaints:new", "/complaints/new/", 200),
    Row("complaints:new", "/complaints/new/", 422, method="POST"),
    Row("complaints:slip", "/complaints/slip.pdf", 405),
    Row("complaints:slip", "/complaints/slip.pdf", 422, method="POST"),
    Row("complaints:follow", "/complaints/follow/", 200),
    Row("complaints:follow", "/complaints/follow/", 422, method="POST"),
    *(
        Row(f"complaints:follow_{name}", f"/complaints/follow/{path}", 303)
        for name, path in (
            ("withdraw", "withdraw/"), ("identity", "identity/"), ("copy", "copy.zip"),
            ("file", "files/9c1cfb6e-6ef0-4a57-9d0b-6b0d1f0a2f11/"),
        )
    ),
    Row("complaints:leave", "/complaints/leave/", 405),
    Row("complaints:leave", "/complaints/leave/", 303, method="POST"),
    Row("complaints:verify", "/complaints/verify/", 200),
    Row("complaints:verify", "/complaints/verify/", 422, method="POST"),
    # Assets
    *TABLE_OF_ASSETS,
    # Budget
    *TABLE_OF_BUDGET,
    # The back office
    *back_office("admin:index", "/admin/", *BACK_OFFICE),
    Row("admin:login", "/admin/login/", 200, dict.fromkeys(BACK_OFFICE, 302)),
    Row("admin:logout", "/admin/logout/", LOGIN, {"citizen": LOGIN}, method="POST"),
    *back_office("admin:password_change", "/admin/password_change/", *BACK_OFFICE),
    *back_office("admin:password_change_done", "/admin/password_change/done/", *BACK_OFFICE),
    *back_office("admin:jsi18n", "/admin/jsi18n/", *BACK_OFFICE),
    *back_office("admin:autocomplete", "/admin/autocomplete/"),
    *back_office("admin:view_on_site", "/admin/r/1/1/", *BACK_OFFICE, code=404),
    Row("admin:app_list", "/admin/measures/", LOGIN, dict.fromkeys(BACK_OFFICE, 404) | OFFICE),
    *back_office("admin:measures_plan_import", "/admin/measures/plan/import/", "secretary"),
    *back_office("admin:measures_plan_publish", "/admin/measures/plan/{plan}/publish/", "secretary"),
    *back_office("admin:measures_plan_roll_forward", "/admin/measures/plan/{plan}/roll-forward/", "secretary"),
    *back_office("admin:measures_progress_publish", "/admin/measures/progress/publish/", "secretary"),
]  # fmt: skip

ADMIN_MODELS: dict[str, set[str]] = {
    "organization.municipality": {"admin"},
    "organization.division": {"admin"},
    "organization.holiday": {"admin"},
    "organization.user": {"admin"},
    "complaints.channelsettings": {"admin"},
    "assets.asset": {"assets"},
    "assets.category": {"assets"},
    "assets.delegation": {"assets", "admin"},
    "assets.registersettings": {"assets", "admin"},
    "assets.loan": {"assets"},
    "assets.incident": {"assets"},
    "assets.countsession": {"assets"},
    "assets.countitem": {"assets"},
    "budget.budgetyear": {"budget"},
    "budget.plan": {"budget"},
    "budget.revision": {"budget"},
    "budget.line": {"budget"},
    "budget.lineversion": {"budget"},
    "budget.transfer": {"budget"},
    "budget.document": {"budget"},
    "budget.statement": {"budget"},
    "budget.spent": {"budget"},
    "budget.monthsummary": {"budget"},
    "budget.purchase": {"budget"},
    "budget.procurementreport": {"budget"},
    "budget.comment": {"budget"},
    "budget.reading": {"budget"},
    "budget.upload": {"budget"},
    "measures.plan": {"secretary"},
    "measures.issuearea": {"secretary"},
    "measures.question": {"secretary"},
    "measures.measure": {"secretary"},
    "measures.progress": {"secretary"},
    "measures.planversion": {"secretary"},
    "measures.progressversion": {"secretary"},
}
"""Who of the back office reads the list of a model."""

WITHOUT_LOGIN = {
    "healthz",
    "robots",
    "sitemap",
    "sitemap_part",
    "home",
    "accessibility",
    "privacy",
    "seal",
    "login",
    "logout",
    "admin:login",
    "measures:years",
    "measures:year",
    "measures:area",
    "measures:measure",
    "measures:figures",
    "measures:versions",
    "measures:version",
    "measures:evidence",
    "measures:plan_file",
    "measures:report_file",
    "complaints:channel",
    "complaints:statistics",
    "complaints:statistics_file",
    "complaints:poster",
    "complaints:new",
    "complaints:slip",
    "complaints:follow",
    "complaints:follow_withdraw",
    "complaints:follow_identity",
    "complaints:follow_copy",
    "complaints:follow_file",
    "complaints:leave",
    "complaints:verify",
    *(f"budget:{name}" for name in OPEN_TO_ALL),
}
"""Addresses that answer people who have not signed in. Think before you add one."""


def _walk(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from _walk(pattern, inner)
        elif pattern.name:
            yield ":".join((*names, pattern.name)), pattern
        else:
            yield f"without a name: {pattern.pattern}", pattern


def _generated() -> set[str]:
    """The names that the admin makes for each model."""
    verbs = ("changelist", "add", "history", "delete", "change")
    of_models = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}"
        for model in admin.site._registry
        for verb in verbs
    }
    return of_models | {"admin:auth_user_password_change", "admin:organization_user_password_change"}


def addresses() -> dict[str, URLPattern]:
    """Every address with a meaning of its own. Without names are only the admin's redirects."""
    found = dict(_walk(get_resolver()))
    redirects = {name for name in found if name.startswith("without a name: (?P<url>") or "<path:object_id>/" in name}
    return {name: pattern for name, pattern in found.items() if name not in _generated() | redirects}


@pytest.fixture
def places(published_plan: Plan, cast: Cast) -> dict[str, str]:
    """What the paths of the table name: a measure, a published proof, one that is not public yet."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ita_portal.uploads import accept_upload

    from .factories import PDF

    measure = published_plan.areas.get(number=2).measures.get(all_divisions=False)
    proofs = {}
    for name, quarter, division, by in (
        ("evidence", 2, None, cast.secretary),
        ("draft_evidence", 3, cast.staff.division, cast.staff),
    ):
        report = save_progress(
            measure=measure, quarter=quarter, division=division, by=by, revision=0,
            status="in_progress", result="กำลังดำเนินการ", obstacles="", next_step="",
        )  # fmt: skip
        upload = accept_upload(SimpleUploadedFile("a.pdf", PDF))
        proofs[name] = add_file_evidence(progress=report, upload=upload, title="หลักฐาน", by=by).public_id
        if division is None:
            report.refresh_from_db()
            publish_progress(reports=[report], by=cast.secretary)
    return {
        "measure": measure.public_id,
        "plan": str(published_plan.pk),
        **proofs,
        **make_places(cast),
        **make_budget_places(cast),
    }


@pytest.fixture
def short_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of each refusal is made once in a test. The hundreds after it are alike, their code alone is asked."""
    made = set()

    def render(request: HttpRequest, template: str, *args: Any, status: int = 200) -> HttpResponse:
        if template == f"{status}.html" and template in made:
            return HttpResponse(status=status)
        made.add(template)
        return shortcuts.render(request, template, *args, status=status)

    monkeypatch.setattr("ita_portal.views.render", render)


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("role", ROLES)
def test_who_is_answered_what(role: str, cast: Cast, places: dict[str, str]) -> None:
    wrong, client = [], cast.client(role)
    for row in TABLE:
        if role not in row.roles:
            continue
        response = client.generic(row.method, row.path.format(**places))
        if row.name in SIGNS_OUT:
            client = cast.client(role)
        if response.streaming:
            response.getvalue()  # what is read to its end is closed
        if response.status_code != row.code(role):
            wrong.append(f"{row}: {response.status_code}, expected {row.code(role)}")
        elif (
            row.code(role) == LOGIN
            and role == "citizen"
            and row.method == "GET"
            and "/login/" not in response["Location"]
        ):
            wrong.append(f"{row}: sent to {response['Location']} instead of the sign-in")
    assert not wrong


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("role", ["citizen", "secretary"])
def test_english_answers_the_same(role: str, cast: Cast, places: dict[str, str]) -> None:
    wrong, client = [], cast.client(role)
    for row in TABLE:
        if row.method == "GET" and role in row.roles and row.name not in WITHOUT_LANGUAGE:
            code = client.get("/en" + row.path.format(**places)).status_code
            if code != row.code(role):
                wrong.append(f"/en{row.path}: {code}, expected {row.code(role)}")
    assert not wrong


def test_the_path_of_a_row_leads_to_its_address(cast: Cast, places: dict[str, str]) -> None:
    for row in TABLE:
        match = get_resolver().resolve(row.path.format(**places))
        assert match.view_name == row.name


def test_every_address_has_a_row() -> None:
    assert not set(addresses()) - {row.name for row in TABLE}


def test_every_row_has_an_address() -> None:
    assert not {row.name for row in TABLE} - set(addresses())


def test_what_answers_without_sign_in() -> None:
    """Django's default here is that everybody must sign in; these are the exceptions."""
    open_to_all = {
        name for name, pattern in addresses().items() if not getattr(pattern.callback, "login_required", True)
    }
    assert open_to_all == WITHOUT_LOGIN


def test_every_model_of_the_admin_is_listed() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN_MODELS)


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("role", ROLES)
def test_who_reads_a_model_in_the_admin(role: str, cast: Cast, plan: Plan) -> None:
    wrong, client = {}, cast.client(role)
    for label, readers in ADMIN_MODELS.items():
        path = f"/admin/{label.replace('.', '/')}/"
        if label in {"organization.municipality", "complaints.channelsettings", "assets.registersettings"}:
            path += "1/change/"  # there is one: its list leads straight to it
        code = client.get(path).status_code
        if code != (200 if role in readers else 403 if role in BACK_OFFICE else LOGIN):
            wrong[label] = code
    assert not wrong


def test_nobody_of_the_cast_is_above_the_table(cast: Cast) -> None:
    """A superuser would be answered 200 everywhere and hide what is missing."""
    assert not any(getattr(cast, role).is_superuser for role in ROLES if role != "citizen")
    groups = {group for role in ROLES[1:] for group in getattr(cast, role).groups.values_list("name", flat=True)}
    assert groups == set(Role.values)


def test_who_is_not_asked_is_like_another(cast: Cast) -> None:
    for name, other in ALIKE.items():
        first, second = getattr(cast, name), getattr(cast, other)
        assert set(first.groups.all()) == set(second.groups.all())
        assert not first.user_permissions.exists()
        assert (first.division, first.is_staff, first.is_active) == (second.division, second.is_staff, second.is_active)
