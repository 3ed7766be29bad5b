"""What every test may ask for: one migrated database, the cast, a small plan, signed-in browsers."""

import fcntl
import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.test.utils import override_settings
from django.utils import translation

from measures.models import Plan

from .cast import Cast, make_cast
from .factories import (
    AreaQuestionFactory,
    FindingFactory,
    IssueAreaFactory,
    LimitationFactory,
    MeasureFactory,
    PlanFactory,
    QuestionFactory,
)
from .sweeping import keep_what_migrations_left, sweep


def pytest_collection_finish() -> None:
    """All that is imported stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_test_environment: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """One run of the migrations for all workers: the first fills a template, each works on a copy of it."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "only")
    shared = tmp_path_factory.getbasetemp() if worker == "only" else tmp_path_factory.getbasetemp().parent
    creation = connection.creation
    template = creation._get_test_db_name()
    with django_db_blocker.unblock():
        with (shared / "database.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / "database.migrated").exists():
                creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                (shared / "database.migrated").touch()
            connection.close()
            connection.settings_dict["NAME"] = template
            creation.clone_test_db(worker, verbosity=0, autoclobber=True)
        copy = creation.get_test_db_clone_settings(worker)["NAME"]
        connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = copy
        with pytest.MonkeyPatch.context() as patch:
            if keep_what_migrations_left():
                patch.setattr(TransactionTestCase, "_fixture_teardown", sweep)
            yield
        connection.close()
        creation._destroy_test_db(copy, verbosity=0)
        connection.settings_dict["NAME"] = template


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
