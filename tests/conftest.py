"""What every test may ask for: one migrated database, the cast, a small plan, signed-in browsers."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.template import Context, RequestContext, Template
from django.test import Client, TransactionTestCase
from django.test.signals import template_rendered
from django.test.utils import override_settings
from django.utils import translation
from django.utils.safestring import SafeString

from measures.models import Plan

from .cast import PEOPLE, Cast, make_cast
from .factories import (
    AreaQuestionFactory,
    FindingFactory,
    IssueAreaFactory,
    LimitationFactory,
    MeasureFactory,
    PlanFactory,
    QuestionFactory,
)
from .migrated import copied, kept_database
from .rows import Rows
from .sweeping import keep_what_migrations_left, sweep

gc.set_threshold(100_000, 20, 50)
"""A test leaves little that only the garbage collector finds: it need not look for it after every few objects."""


def pytest_collection_finish() -> None:
    """All that is imported stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """One migrated database for all workers: each works on a copy of it."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "only")
    with django_db_blocker.unblock(), copied(kept_database(), worker), pytest.MonkeyPatch.context() as patch:
        if keep_what_migrations_left():
            patch.setattr(TransactionTestCase, "_fixture_teardown", sweep)
        yield


@pytest.fixture(scope="session", autouse=True)
def _media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploaded files of the tests lie in the run's own folder."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """No page of one test in another: a test's transaction is rolled back, the cache is not."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _context_of_the_page(django_test_environment: None) -> Iterator[None]:
    """`response.context` is that of the page: it is not copied again for each of its parts and fields."""

    def render(template: Template, context: Context) -> SafeString:
        if isinstance(context, RequestContext) and context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(autouse=True)
def _thai() -> Iterator[None]:
    """Every test begins in Thai: a request for an English page leaves its language to whoever comes next."""
    translation.activate("th")
    yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The municipality and its people."""
    return make_cast()


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """`sign_in("secretary")`: a browser in which they are signed in."""
    return cast.client


@pytest.fixture
def secretary_client(cast: Cast) -> Client:
    """The Office of the Permanent Secretary, signed in."""
    return cast.client("secretary")


@pytest.fixture
def staff_client(cast: Cast) -> Client:
    """กองช่าง's reporter, signed in."""
    return cast.client("staff")


@pytest.fixture
def admin_portal_client(cast: Cast) -> Client:
    """The administrator, signed in."""
    return cast.client("admin")


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """A draft for 2567: two areas, three measures (one of กองช่าง in quarters 2-4), a limitation."""
    return PLAN.of(lambda: _make_plan(cast), key=cast.staff.pk)


PLAN = Rows(begin_with=PEOPLE)
"""The draft in the database."""


def _make_plan(cast: Cast) -> Plan:
    plan: Plan = PlanFactory(fiscal_year=2567)
    for number, code in ((1, "I1"), (2, "E11")):
        area = IssueAreaFactory(plan=plan, number=number)
        AreaQuestionFactory(area=area, question=QuestionFactory(code=code))
        FindingFactory(area=area)
        MeasureFactory(area=area)
    assert cast.staff.division is not None
    MeasureFactory(
        area=plan.areas.get(number=2),
        quarters=[2, 3, 4],
        schedule="ไตรมาส 2-4",
        all_divisions=False,
        divisions=[cast.staff.division],
    )
    LimitationFactory(plan=plan)
    return plan


@pytest.fixture
def published_plan(plan: Plan, cast: Cast) -> Plan:
    """The small plan as the public sees it, without any report yet."""
    from measures.services import publish_plan

    publish_plan(plan=plan, by=cast.secretary)
    return plan


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).resolve().parent.parent
