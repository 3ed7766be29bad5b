"""What everybody reads: published letters, searched and turned, as files, never one too many; kept and never stale."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ita_portal.fiscal import FiscalYear
from participation.models import Letter
from participation.services import letters as senders
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import ANSWER, answered, bulk_letters, finance, published, works

pytestmark = pytest.mark.django_db
QUESTIONS = "/participation/questions/"


def body(client: Client, path: str = QUESTIONS, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    found = response.getvalue() if response.streaming else response.content
    return str(found.decode("utf-8-sig"))


def test_only_what_is_published_is_found_anywhere(client: Client, cast: Cast) -> None:
    secret = answered(cast, subject="ความลับหนึ่ง", text="เนื้อความลับ", consent=False)
    waiting = answered(cast, subject="รอตัดสินสอง", text="รอตัดสินข้อความ")
    shown = answered(cast, subject="ไฟดับบ้านลุงดำ", text="บ้านลุงดำไฟดับ", name="ลุงดำ")
    acts.publish_letter(shown, subject="ไฟดับในหมู่ 3", text="ไฟดับ", answer=ANSWER, with_name=False, by=cast.secretary)
    address = f"{QUESTIONS}{shown.public_id}/"
    everywhere = ["/participation/", QUESTIONS, f"{QUESTIONS}?q=ไฟดับ", "/participation/questions.csv",
                  "/participation/questions.json", "/sitemap-participation.xml", address]  # fmt: skip
    for path in everywhere:
        found = body(client, path)
        assert shown.public_id in found, path
        assert "ลุงดำ" not in found and secret.public_id not in found and waiting.public_id not in found, path
        assert "ลับ" not in found.replace("กลับ", "") and "รอตัดสิน" not in found, path
    for letter in (secret, waiting):
        body(client, f"{QUESTIONS}{letter.public_id}/", 404)
    for query in ("q=ลุงดำ", "q=ความลับ", "kind=praise", f"division={finance().pk}", "year=2550"):
        assert shown.public_id not in body(client, f"{QUESTIONS}?{query}") or query == "year=2550"
    # Taken back: gone from the very next request, also for those that had it in the cache.
    senders.withdraw_publication(shown)
    for path in everywhere[:-1]:
        assert shown.public_id not in body(client, path)
    body(client, address, 404)


def test_search_filters_and_files(client: Client, cast: Cast) -> None:
    light = published(cast, subject="ไฟถนนดับหมู่ 3")
    road = published(cast, subject="ทางเป็นหลุม", text="รถล้มหลายคัน", kind="suggestion")
    year = FiscalYear.current().number
    for query, found in (
        ("", {light, road}), ("q=ไฟถนน", {light}), ("q=เป็นหลุม", {road}), ("q=ก", {light, road}),
        ("kind=question", {light}), (f"division={works().pk}", {light, road}), (f"division={finance().pk}", set()),
        (f"year={year}", {light, road}), ("kind=x&division=x&year=x&after=x", {light, road}),
        ("division=99999999999999999999&year=99999", {light, road}), ("q=%25_'\"", set()),
    ):  # fmt: skip
        html = body(client, f"{QUESTIONS}?{query}")
        assert {one for one in (light, road) if f"{QUESTIONS}{one.public_id}/" in html} == found, query
        data: Any = json.loads(body(client, f"/participation/questions.json?{query}"))
        assert {one["id"] for one in data["letters"]} == {one.public_id for one in found}, query
    one = json.loads(body(client, "/participation/questions.json?q=ไฟถนน"))["letters"][0]
    assert (one["kind"], one["division"], one["answer"], one["shortened"]) == ("question", "กองช่าง", ANSWER, False)
    assert one["url"].endswith(f"{QUESTIONS}{light.public_id}/")
    rows = list(csv.reader(body(client, "/participation/questions.csv").splitlines()))
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
    assert client.get(f"{QUESTIONS}?q=%00").status_code == 400
    body(client, f"{QUESTIONS}nothing/", 404)
    body(client, "/participation/questions.pdf", 404)
    assert client.post(QUESTIONS).status_code == 405


def test_pages_follow_on_each_other_and_queries_do_not_grow(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bulk_letters(cast, 2, published=True)
    with django_assert_max_num_queries(9) as few:
        body(client)
    bulk_letters(cast, 43, published=True)
    with django_assert_max_num_queries(len(few)):
        html = body(client)
    seen: list[str] = []
    for _page in range(3):
        seen += [one for one in Letter.objects.values_list("public_id", flat=True) if f"{QUESTIONS}{one}/" in html]
        following = re.search(r'href="\?(after=[^"]+)" rel="next"', html)
        html = body(client, f"{QUESTIONS}?{following[1]}") if following else ""
    assert len(seen) == len(set(seen)) == 45 and not html


def test_pages_are_kept_and_a_letter_that_comes_in_tells_none(cast: Cast) -> None:
    def generation() -> int:
        from ita_portal.page_cache import generations

        return generations().get("participation", 0)

    letter = answered(cast)
    before = generation()
    senders.write_again(letter, "ขอบคุณ", seed="")
    acts.answer_letter(letter, "ยินดี", by=cast.staff)
    answered_before = generation()
    assert answered_before == before, "nothing that everybody sees has changed"
    acts.publish_letter(letter, subject="ก", text="ข", answer="ค", with_name=False, by=cast.secretary)
    assert generation() > before
    client = Client()
    assert client.get(QUESTIONS).headers["ETag"] == client.get(QUESTIONS).headers["ETag"]
    assert not client.get(QUESTIONS).cookies
