"""The public pages of what people say: asked without a cookie, shown as plain words, never before it was looked at."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from budget.choices import CommentKind, CommentState, PlanKind
from budget.models import Comment, Revision
from budget.services import voices
from budget.services.voices import Reason, answer, confirm_reading, moderate
from ita_portal.fiscal import FiscalYear
from organization import strangers
from tests.cast import Cast

from .factories import YEAR, draft, mark, version
from .test_voices import answered, sent

pytestmark = pytest.mark.django_db
PAGE, ASK = f"/budget/{YEAR}/questions/", f"/budget/{YEAR}/ask/"


@pytest.fixture(autouse=True)
def _nobody_sent_anything() -> Iterator[None]:
    strangers.forget()
    yield
    strangers.forget()


def form(**more: Any) -> dict[str, Any]:
    return {"kind": "question", "text": "ถนนจะเสร็จเมื่อไร", "form_mark": mark(), **more}


def read(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def test_a_citizen_asks_about_a_line_without_a_cookie(cast: Cast, ordinance: Revision) -> None:
    client = Client(enforce_csrf_checks=True)
    road = version(ordinance, "0001")
    page = client.get(f"{ASK}?plan=ordinance&line=0001&kind=proposal")
    html = page.content.decode()
    assert page.status_code == 200 and not page.cookies
    assert road.item in html and "csrfmiddlewaretoken" not in html
    assert "/complaints/" in html and "noindex" in html
    assert re.search(r'value="proposal"[^>]* checked', html)
    shown = re.search(r'name="form_mark" value="(\w+)"', html)
    assert shown
    typed = form(plan="ordinance", line="0001", name="สมชาย", form_mark=shown[1])
    for _twice in range(2):
        response = client.post(ASK, typed, headers={"sec-fetch-site": "same-origin"})
        assert (response.status_code, response["Location"]) == (302, f"/budget/{YEAR}/asked/")
        assert not response.cookies
    comment = Comment.objects.get()
    assert (comment.line, comment.plan, comment.name, comment.author) == (road.line, ordinance.plan, "สมชาย", None)
    assert PAGE in read(client, f"/budget/{YEAR}/asked/")


def test_mistakes_keep_what_was_typed(client: Client, cast: Cast, ordinance: Revision) -> None:
    for typed, marked in (
        (form(text="", name="สมชาย"), 'id="id_text_error"'),
        (form(text="ก" * 3001, name="สมชาย"), 'id="id_text_error"'),
        (form(kind="x", name="สมชาย"), 'id="id_kind_error"'),
        (form(text="3409900123456 ของนาย ก", name="สมชาย"), 'id="id_text_error"'),
        (form(name="สมชาย", plan="action-plan"), "alert-danger"),
        (form(name="สมชาย", line="0001"), "alert-danger"),
    ):
        response = client.post(ASK, typed)
        html = response.content.decode()
        assert response.status_code == 422
        assert marked in html and 'value="สมชาย"' in html and typed["text"][:20] in html
        assert typed["form_mark"] in html, "the same form again"
    assert not Comment.objects.exists()


def test_signs_that_no_text_has_do_no_harm(client: Client, cast: Cast, ordinance: Revision) -> None:
    typed = form(text="ก\x00ข\x07", name="\x00", form_mark="\x00x", plan="\x00", line="\x00")
    assert client.post(ASK, typed).status_code == 422
    assert client.post(ASK, {**typed, "plan": "", "line": ""}).status_code == 302
    assert Comment.objects.get().text == "กข"
    assert client.get(f"{PAGE}?after=%00").status_code == 400
    for path in (f"{PAGE}?after=x&kind=y&plan=z&status=w", f"{ASK}?kind=zzz"):
        assert client.get(path).status_code == 200
    for year in ("0", "2499", "2600", "9999", "99999999999999999999999"):
        assert client.get(f"/budget/{year}/questions/").status_code == 404
        assert client.post(f"/budget/{year}/ask/", form()).status_code == 404


def test_drafts_cannot_be_asked_about(client: Client, cast: Cast, ordinance: Revision) -> None:
    draft(cast.budget, kind=PlanKind.ACTION)
    draft(cast.budget, year=2560)
    for path in (f"{ASK}?plan=action-plan", f"{ASK}?plan=nothing", f"{ASK}?plan=ordinance&line=99", f"{ASK}?line=0001",
                 "/budget/2560/ask/", "/budget/2560/questions/", "/budget/2560/asked/"):  # fmt: skip
        assert client.get(path).status_code == 404
    assert "action-plan" not in read(client, PAGE)


def test_programs_learn_nothing(client: Client, cast: Cast, ordinance: Revision) -> None:
    response = client.post(ASK, form(website="https://buy.example"))
    assert response.status_code == 302
    assert not Comment.objects.exists()


def test_another_website_cannot_send_the_form(cast: Cast, ordinance: Revision) -> None:
    for headers in (
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
        {"origin": "null"}, {"origin": "http://[bad"},
    ):  # fmt: skip
        for name in ("citizen", "staff"):
            assert cast.client(name).post(ASK, form(), headers=headers).status_code == 403
    assert not Comment.objects.exists()


def test_who_is_signed_in_sends_a_token(cast: Cast, ordinance: Revision) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.staff)
    typed = form(name="คนอื่น", signed_in="1")
    refused = client.post(ASK, typed)
    html = refused.content.decode()
    assert refused.status_code == 403 and typed["text"] in html, "nothing typed is lost"
    assert not Comment.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html.partition("<main")[2])
    assert token and 'name="name"' not in html
    assert client.post(ASK, {**typed, "csrfmiddlewaretoken": token[1]}).status_code == 302
    comment = Comment.objects.get()
    assert (comment.author, comment.division, comment.name) == (
        cast.staff, cast.staff.division, cast.staff.get_full_name()
    )  # fmt: skip


def test_who_was_signed_out_does_not_become_a_citizen_unawares(client: Client, cast: Cast, ordinance: Revision) -> None:
    response = client.post(ASK, form(signed_in="1"))
    assert response.status_code == 403 and "ถนนจะเสร็จเมื่อไร" in response.content.decode()
    assert not Comment.objects.exists()


def test_floods_are_told_to_wait(
    client: Client, cast: Cast, ordinance: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "SENT_AN_HOUR", 2)
    monkeypatch.setattr(voices, "WAITING_AN_HOUR", 3)
    for _one in range(2):
        assert client.post(ASK, form()).status_code == 302
    refused = client.post(ASK, form(text="ข้อความที่พิมพ์ไว้"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert "ข้อความที่พิมพ์ไว้" in refused.content.decode()
    assert client.post(ASK, form(), REMOTE_ADDR="203.0.113.9").status_code == 302, "another network is not held up"
    assert client.post(ASK, form(), REMOTE_ADDR="198.51.100.7").status_code == 429, "until everybody's limit"
    assert cast.client("staff").post(ASK, form()).status_code == 302, "nor are the staff"
    assert Comment.objects.count() == 4
    for _one in range(strangers._PLACES + 1):
        strangers._counts[_one.to_bytes(2)] = (0.0, 1)
    client.post(ASK, form())
    assert len(strangers._counts) <= strangers._PLACES


def test_nothing_is_public_before_it_was_looked_at_and_then_at_once(
    client: Client, cast: Cast, ordinance: Revision
) -> None:
    road = version(ordinance, "0001").line
    comment = sent("คำถามที่หนึ่ง", plan=ordinance.plan, line=road, name="สมหญิง")
    assert "คำถามที่หนึ่ง" not in read(client, PAGE)
    kept = client.get(PAGE)
    assert kept.headers["ETag"], "the page is kept for everybody"
    public = moderate(comment, publish=True, by=cast.budget)
    page = read(client, PAGE)
    assert "คำถามที่หนึ่ง" in page and "สมหญิง" in page and road.get_absolute_url() in page
    answer(public, "คำตอบที่หนึ่ง", by=cast.budget)
    assert "คำตอบที่หนึ่ง" in read(client, PAGE)
    moderate(Comment.objects.get(), publish=False, reason="personal: เบอร์โทร", by=cast.budget)
    page = read(client, PAGE)
    assert "คำถามที่หนึ่ง" not in page and "คำตอบที่หนึ่ง" not in page and "เบอร์โทร" not in page


def test_what_people_write_is_words_and_nothing_else(client: Client, cast: Cast, ordinance: Revision) -> None:
    bad = "<script>alert(1)</script> https://evil.example javascript:alert(1) {{ 7|add:7 }} " + "ยาว" * 200
    answered(cast, text=bad, name='"><img src=x onerror=alert(1)>')
    comment = Comment.objects.get()
    Comment.objects.filter(pk=comment.pk).update(text=bad)
    for path, name in ((PAGE, "citizen"), (f"/en{PAGE}", "citizen"), (f"/budget/desk/comments/{comment.pk}/", "budget"),
                       ("/budget/desk/comments/?pile=answered", "budget")):  # fmt: skip
        html = read(cast.client(name), path)
        assert "<script>alert" not in html and "<img src=x" not in html and "{{ 7" in html
        assert "&lt;script&gt;" in html and 'href="https://evil' not in html and 'href="javascript' not in html
    assert 'lang="th">&lt;script' in read(client, f"/en{PAGE}")


def test_filters_pages_and_file(client: Client, cast: Cast, ordinance: Revision) -> None:
    road = version(ordinance, "0001").line
    for number in range(23):
        moderate(sent(f"คำถาม{number:02d}x"), publish=True, by=cast.budget)
    done = answered(cast, plan=ordinance.plan, line=road, kind=CommentKind.PROPOSAL, by=cast.staff)
    opinion = moderate(sent("ดีมาก", kind=CommentKind.COMMENT), publish=True, by=cast.budget)
    sent("ยังไม่ได้ดู")

    def found(query: str) -> list[int]:
        return [int(key) for key in re.findall(r'id="c(\d+)"', read(client, f"{PAGE}?{query}"))]

    assert found("status=answered") == found("plan=ordinance") == found("kind=proposal") == [done.pk]
    assert found("kind=comment") == [opinion.pk]
    assert len(found("status=open")) == 20 and opinion.pk not in found("status=open")
    following = re.search(r'href="\?([^"]*after=[^"]*)#list" rel="next"', read(client, f"{PAGE}?kind=question"))
    assert following
    assert len(found(following[1].replace("&amp;", "&"))) == 3
    assert len(found("")) == 20 and found("")[0] == opinion.pk
    html = read(client, f"{PAGE}?plan=ordinance")
    assert str(cast.staff.division) in html and cast.staff.get_full_name() in html
    file = client.get(f"{PAGE}?kind=proposal&as=csv")
    rows = list(csv.reader(b"".join(file).decode("utf-8-sig").splitlines()))
    assert len(rows) == 2 and rows[1][0] == str(done.pk) and rows[1][4].endswith(road.get_absolute_url())


def test_cost_does_not_grow(client: Client, cast: Cast, ordinance: Revision,
                            django_assert_num_queries: DjangoAssertNumQueries) -> None:  # fmt: skip
    road = version(ordinance, "0001").line
    answered(cast, plan=ordinance.plan, line=road)
    client.get(f"{PAGE}?kind=comment")
    with django_assert_num_queries(11):
        client.get(PAGE)
    for _one in range(25):
        answered(cast, plan=ordinance.plan, line=road)
    with django_assert_num_queries(11):
        client.get(PAGE)
    with django_assert_num_queries(1):
        client.get(PAGE)


def test_counts_and_reasons_are_told_and_emptiness_is_said(client: Client, cast: Cast, ordinance: Revision) -> None:
    html = read(client, f"/en{PAGE}")
    assert "Be the first." in html and "Nothing was kept from being published." in html
    moderate(sent("คำหยาบ"), publish=False, reason="abuse: คำหยาบคาย", by=cast.budget)
    Comment.objects.update(sent_at="2026-01-01T00:00Z", moderated_at="2026-01-02T00:00Z")
    answered(cast)
    html = read(client, f"/en{PAGE}")
    assert f"{Reason.ABUSE.label}: 1" in html or "It insults or accuses somebody: 1" in html
    assert "คำหยาบ" not in html


def test_this_year_and_the_next_take_proposals_before_their_budget(client: Client, cast: Cast) -> None:
    now = FiscalYear.current().number
    for year in (now, now + 1):
        html = read(client, f"/budget/{year}/questions/")
        assert f"/budget/{year}/ask/" in html
        assert f'href="/budget/{year}/"' not in html, "there is nothing to see there yet"
    assert f"/budget/{now + 1}/questions/" in read(client, f"/budget/{now}/questions/")
    assert client.get(f"/budget/{now + 2}/questions/").status_code == 404
    assert client.post(f"/budget/{now + 1}/ask/", form(kind="proposal")).status_code == 302
    moderate(Comment.objects.get(), publish=True, by=cast.budget)
    assert Comment.objects.get().year_id == now + 1
    assert "ถนนจะเสร็จ" in read(client, f"/budget/{now + 1}/questions/")


def test_shares_of_readers_name_nobody(client: Client, cast: Cast, ordinance: Revision) -> None:
    confirm_reading(ordinance, by=cast.staff)
    html = read(client, PAGE)
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>.*?<td class="amount">(\d+|–)</td><td class="amount">', html))
    assert set(rows) == {"สำนักปลัดเทศบาล", "กองคลัง", "กองช่าง"}
    assert re.search(r"กองช่าง</th><td class=\"amount\">2</td><td class=\"amount\">1</td><td class=\"amount\">50%", html)
    assert cast.staff.get_full_name() not in html.partition("<main")[2]
    cast.head.is_active = False
    cast.head.save()
    assert re.search(r"กองช่าง</th><td class=\"amount\">1</td><td class=\"amount\">–</td>", read(client, PAGE)), (
        "the share of one person is their name"
    )
    assert Comment.objects.filter(state=CommentState.PUBLISHED).count() == 0
