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
from organization.choices import Role

from .addresses import ALIKE, BACK_OFFICE, LOGIN, ROLES, Row, back_office, public, staff
from .assets.addresses import TABLE_OF_ASSETS, make_places
from .budget import addresses as budget
from .budget.addresses import TABLE_OF_BUDGET, make_budget_places
from .cast import Cast
from .complaints import addresses as complaints
from .complaints.addresses import TABLE_OF_COMPLAINTS
from .guidelines import addresses as guidelines
from .guidelines.addresses import TABLE_OF_GUIDELINES, make_guideline_places
from .measures import addresses as measures
from .measures.addresses import OFFICE, TABLE_OF_MEASURES, make_measure_places
from .participation import addresses as participation
from .participation.addresses import TABLE_OF_PARTICIPATION, make_participation_places
from .surveys import addresses as surveys
from .surveys.addresses import TABLE_OF_SURVEYS, make_survey_places

WITHOUT_LANGUAGE = {"healthz", "robots", "sitemap", "sitemap_part"}
SIGNS_OUT = {"logout", "admin:logout"}


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
    # The plan and the result of the assessment
    *TABLE_OF_MEASURES,
    # The complaint channel
    *TABLE_OF_COMPLAINTS,
    # Assets
    *TABLE_OF_ASSETS,
    # Budget
    *TABLE_OF_BUDGET,
    # Surveys
    *TABLE_OF_SURVEYS,
    # Participation
    *TABLE_OF_PARTICIPATION,
    # Guidelines
    *TABLE_OF_GUIDELINES,
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
    "measures.assessmentresult": {"secretary"},
    "participation.letter": {"secretary"},
    "participation.participationsettings": {"admin", "secretary"},
    "participation.activity": {"secretary"},
    "guidelines.document": {"admin", "secretary"},
    "guidelines.version": {"admin", "secretary"},
    "guidelines.acknowledgement": {"admin", "secretary"},
    "guidelines.training": {"admin", "secretary"},
    "guidelines.trainingsession": {"admin", "secretary"},
    "guidelines.attendance": {"admin", "secretary"},
    "guidelines.enrolment": {"admin", "secretary"},
    "guidelines.trainingresult": {"admin", "secretary"},
    "guidelines.trainingaverage": {"admin", "secretary"},
    "guidelines.certificate": {"admin", "secretary"},
}
"""Who of the back office reads the list of a model."""
OF_ONE_ROW = {
    "organization.municipality",
    "complaints.channelsettings",
    "assets.registersettings",
    "participation.participationsettings",
}
"""Models whose list leads straight to their one row."""

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
    *(f"measures:{name}" for name in measures.OPEN_TO_ALL),
    *(f"complaints:{name}" for name in complaints.OPEN_TO_ALL),
    *(f"budget:{name}" for name in budget.OPEN_TO_ALL),
    *(f"surveys:{name}" for name in surveys.OPEN_TO_ALL),
    *(f"participation:{name}" for name in participation.OPEN_TO_ALL),
    *(f"guidelines:{name}" for name in guidelines.OPEN_TO_ALL),
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
    """What the paths of the table name."""
    return {
        **make_measure_places(published_plan, cast),
        **make_places(cast),
        **make_budget_places(cast),
        **make_survey_places(cast),
        **make_participation_places(cast),
        **make_guideline_places(cast),
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
        if label in OF_ONE_ROW:
            path += "1/change/"
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
