"""Pages are kept, and never stale, and never anybody's own."""

import gzip

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ita_portal.page_cache import generations
from measures.models import Plan
from measures.services import publish_progress, save_progress
from organization.models import Municipality, PageTopic
from tests.cast import Cast
from tests.factories import PASSWORD, UserFactory

PAGE = "/measures/2567/"
STATEMENT = "/privacy/"


def queries(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path, headers=headers).status_code == 200
    return len(captured)


def publish(plan: Plan, cast: Cast, result: str) -> None:
    measure = plan.areas.get(number=2).measures.get(all_divisions=False)
    report = save_progress(
        measure=measure, quarter=2, division=None, by=cast.secretary, revision=0, status="done", result=result
    )
    publish_progress(reports=[report], by=cast.secretary)


def test_the_second_visitor_costs_one_small_query(published_plan: Plan, client: Client) -> None:
    first = queries(client, PAGE)
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE)
    assert first > 1
    assert [query["sql"] for query in captured] == ["SELECT topic, generation FROM organization_pagetopic"]


def test_a_published_change_is_seen_on_the_very_next_request(published_plan: Plan, cast: Cast, client: Client) -> None:
    page = "/measures/2567/areas/2/"
    assert "ซ่อมถนนแล้ว ๓ สาย" not in client.get(page).content.decode()
    publish(published_plan, cast, "ซ่อมถนนแล้ว ๓ สาย")
    assert "ซ่อมถนนแล้ว ๓ สาย" in client.get(page).content.decode()


def test_work_that_is_not_published_leaves_the_pages_alone(published_plan: Plan, cast: Cast, client: Client) -> None:
    before = generations()
    measure = published_plan.areas.get(number=1).measures.get()
    save_progress(
        measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="in_progress", result="ร่าง"
    )
    assert generations() == before
    assert "ร่าง" not in client.get("/measures/2567/areas/1/").content.decode()


def test_a_change_by_plain_sql_is_seen_too(published_plan: Plan, client: Client) -> None:
    client.get(STATEMENT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organization_municipality SET phone = '0 4399 9999'")
    assert "0 4399 9999" in client.get(STATEMENT).content.decode()


def test_a_change_that_is_rolled_back_changes_nothing(cast: Cast, client: Client) -> None:
    client.get(STATEMENT)
    before = generations()
    with transaction.atomic():
        Municipality.objects.update(phone="1")
        assert generations() != before
        transaction.set_rollback(True)
    assert generations() == before
    assert queries(client, STATEMENT) == 1


def test_topics_are_independent(published_plan: Plan, cast: Cast, client: Client) -> None:
    """What changes in the plan does not throw the statements away."""
    client.get(STATEMENT)
    publish(published_plan, cast, "เสร็จ")
    assert queries(client, STATEMENT) == 1
    assert set(PageTopic.objects.values_list("topic", flat=True)) >= {"measures", "organization"}


def test_who_has_signed_in_is_answered_by_the_view(published_plan: Plan, cast: Cast, client: Client) -> None:
    client.get(PAGE)
    kept = len(caches["pages"]._cache)
    signed_in = cast.client("secretary")
    assert queries(signed_in, PAGE) > 1
    assert queries(signed_in, PAGE) > 1
    assert len(caches["pages"]._cache) == kept, "nothing of a person was kept"


def test_nothing_but_marked_pages_is_kept(cast: Cast, client: Client) -> None:
    for path in ("/accounts/login/", "/nowhere/", "/staff/", "/healthz", "/robots.txt"):
        client.get(path)
    assert len(caches["pages"]._cache) == 0


def test_a_query_string_is_another_page(published_plan: Plan, client: Client) -> None:
    client.get(PAGE)
    assert queries(client, f"{PAGE}?status=done") > 1
    assert queries(client, f"{PAGE}?status=done") == 1


def test_languages_are_kept_apart(cast: Cast, client: Client) -> None:
    for _time in (1, 2):
        assert 'lang="th"' in client.get(STATEMENT).content.decode()
        assert 'lang="en"' in client.get(f"/en{STATEMENT}").content.decode()


def test_the_language_of_the_browser_changes_nothing(cast: Cast, client: Client) -> None:
    """Thai addresses are Thai for everybody: what one visitor is shown may be shown to all."""
    english = client.get(STATEMENT, headers={"accept-language": "en"})
    assert english.content == client.get(STATEMENT).content
    caches["pages"].clear()
    assert client.get(STATEMENT).content == english.content


def test_a_new_day_is_a_new_page(published_plan: Plan, client: Client) -> None:
    with time_machine.travel("2024-03-31T16:59:00+00:00", tick=False):  # 23:59 in Bangkok
        client.get(PAGE)
        assert queries(client, PAGE) == 1
    with time_machine.travel("2024-03-31T17:00:00+00:00", tick=False):
        assert queries(client, PAGE) > 1


def test_zipped_and_plain_are_kept_apart(cast: Cast, client: Client) -> None:
    for _time in (1, 2):
        plain = client.get(STATEMENT)
        zipped = client.get(STATEMENT, headers={"accept-encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert zipped["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.content) == plain.content


def test_head_is_answered_from_the_same_copy(cast: Cast, client: Client) -> None:
    whole = client.get(STATEMENT)
    with CaptureQueriesContext(connection) as captured:
        head = client.head(STATEMENT)
    assert len(captured) == 1
    assert head.content == b""
    assert head["ETag"] == whole["ETag"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_who_has_the_page_is_sent_no_second_copy(cast: Cast, client: Client, encoding: str) -> None:
    first = client.get(STATEMENT, headers={"accept-encoding": encoding})
    asked = {"accept-encoding": encoding, "if-none-match": first["ETag"]}
    again = client.get(STATEMENT, headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "Content-Type" not in again.headers

    caches["pages"].clear()  # as in another process
    assert client.get(STATEMENT, headers=asked).status_code == 304

    Municipality.objects.update(phone="0 4399 9999")
    assert client.get(STATEMENT, headers=asked).status_code == 200


def test_browsers_ask_again_each_time(cast: Cast, client: Client) -> None:
    for _time in (1, 2):
        answer = client.get(STATEMENT)
        assert answer["Cache-Control"] == "no-cache"
        assert not answer.cookies


def test_a_kept_page_has_the_headers_of_a_fresh_one(cast: Cast, client: Client) -> None:
    fresh, kept = client.get(STATEMENT), client.get(STATEMENT)
    assert dict(fresh.headers) == dict(kept.headers)


@pytest.mark.parametrize(
    "query", ["?utm_source=a", "?quarter=1&x=2", "?quarter=1&quarter=2", "?&&quarter=1", "?quarter=%31"]
)
def test_a_query_that_means_nothing_new_is_answered_and_not_kept(
    published_plan: Plan, client: Client, query: str
) -> None:
    first = queries(client, PAGE + query)
    assert first > 1
    assert queries(client, PAGE + query) > 1
    assert queries(client, f"{PAGE}?quarter=1") > 1
    assert queries(client, f"{PAGE}?quarter=1") == 1


def test_a_foreign_host_is_refused_with_the_security_headers(published_plan: Plan, client: Client) -> None:
    answer = client.get(PAGE, headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


def test_words_that_are_looked_for_are_kept_apart(cast: Cast, client: Client) -> None:
    """A search is answered from memory the second time, and fills no place of a page."""
    path = "/budget/search/?q=%E0%B8%96%E0%B8%99%E0%B8%99"
    assert queries(client, path) > 1
    assert queries(client, path) == 1
    assert not caches["pages"]._cache
    assert "csrfmiddlewaretoken" not in client.get(path).content.decode()


def test_people_who_come_and_go_change_pages_and_a_sign_in_does_not(cast: Cast, client: Client) -> None:
    def now() -> int:
        return generations().get("organization", 0)

    before = now()
    made = UserFactory(username="new", division=cast.staff.division)
    came = now()
    assert came > before, "shares of the staff count them"
    assert client.post("/accounts/login/", {"username": "new", "password": PASSWORD}).status_code == 302
    made.refresh_from_db()
    assert made.last_login is not None
    made.save()
    assert now() == came
    made.division = cast.staff2.division
    made.save()
    moved = now()
    assert moved > came
    made.delete()
    assert now() > moved
