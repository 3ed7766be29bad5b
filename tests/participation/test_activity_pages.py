"""Activities for everybody: what is public and what is not, filters, files that agree with the page, bad input."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ita_portal.fiscal import FiscalYear, today
from ita_portal.uploads import accept_upload
from participation.activity_choices import GROUP_COLUMNS
from participation.activity_choices import ActivityAct as Act
from participation.activity_elements import OFFICIAL
from participation.documents.activities import COLUMNS
from participation.models import Activity, ActivityVersion
from participation.services.activities import save_words, words_of
from participation.services.activity_files import add_document, add_photos, remove_file

from ..cast import Cast
from .activities import ELEMENTS, PAST, announced, complete, done, draft, held, mark, words
from .pictures import photo

pytestmark = pytest.mark.django_db
LIST = "/participation/activities/"


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_what_everybody_reads(cast: Cast, client: Client) -> None:
    """The four elements as headings, who came by group, photos with words, documents, the history."""
    activity = draft(cast.staff, **ELEMENTS, related="มาตรการที่ 2", invitation="ทุกคน")
    (picture,) = add_photos(activity, [(photo(), "ผู้คนในศาลา")], by=cast.staff, consent=True)
    minutes = add_document(
        activity, accept_upload(SimpleUploadedFile("รายงาน.txt", "รายงานการประชุม".encode())), "รายงานการประชุม",
        by=cast.staff,
    )  # fmt: skip
    path = f"{LIST}{activity.code}/"
    files = [f"{path}photos/{picture.public_id}/", f"{path}photos/{picture.public_id}/small/",
             f"{path}documents/{minutes.public_id}/"]  # fmt: skip
    for one in (path, *files, f"{path}activity.ics"):
        page(client, one, 404)
    done(activity, Act.COMPLETE, cast.staff)
    content = page(client, path)
    for name in ("subject", "participants", "result", "used_for"):
        assert ELEMENTS[name] in content
    assert content.count('class="activity-element"') == 4
    assert all(f'id="element-{number}"' in content for number in range(1, 5))
    assert 'alt="ผู้คนในศาลา"' in content
    assert "รายงานการประชุม" in content
    assert '<td class="activity-number">42</td>' in content
    assert '<td class="activity-number">50</td>' in content
    assert [client.get(one).status_code for one in files] == [200, 200, 200]
    assert "csrfmiddlewaretoken" not in content

    save_words(activity, {"result": "ผลที่ยังไม่เผยแพร่"}, by=cast.staff, edits=activity.edits)
    assert "ผลที่ยังไม่เผยแพร่" not in page(client, path)
    done(activity, Act.CORRECT, cast.staff, "แก้ผลให้ครบถ้วน")
    content = page(client, path)
    assert "ผลที่ยังไม่เผยแพร่" in content, "the next request shows it"
    assert "แก้ผลให้ครบถ้วน" in content

    remove_file(picture, by=cast.staff, reason="มีผู้ขอให้นำออก")
    assert "มีผู้ขอให้นำออก" in page(client, path)
    assert [client.get(one).status_code for one in files] == [404, 404, 200]
    done(activity, Act.WITHDRAW, cast.staff, "เผยแพร่ซ้ำ")
    content = page(client, path, 410)
    assert "เผยแพร่ซ้ำ" in content
    assert ELEMENTS["result"] not in content
    assert [client.get(one).status_code for one in files] == [404, 404, 404]
    assert activity.code not in page(client, LIST)


def test_drafts_are_nowhere(cast: Cast, client: Client) -> None:
    day = today() + dt.timedelta(days=9)
    secret = draft(cast.staff, title="ร่างลับ", starts_on=day, ends_on=day, **{**ELEMENTS, "subject": "เรื่องลับ"})
    shown = complete(cast.staff)
    save_words(shown, {"title": "ชื่อลับ"}, by=cast.staff, edits=0)
    year = FiscalYear.of(day).number
    for path in (
        LIST, f"{LIST}?year={year}", f"{LIST}?status=open", f"{LIST}calendar/?month={day:%Y-%m}", f"{LIST}calendar.ics",
        f"{LIST}activities.csv", f"{LIST}activities.json", f"{LIST}{shown.code}/", "/participation/",
        "/sitemap-activities.xml",
    ):  # fmt: skip
        content = page(client, path)
        assert "ลับ" not in content, path
        assert secret.code not in content, path
    for person in ("staff", "secretary"):
        assert "ลับ" not in page(cast.client(person), LIST)
        page(cast.client(person), f"{LIST}{secret.code}/", 404)
    assert f"/participation/activities/{shown.code}/" in page(client, "/sitemap-activities.xml")


def test_filters_and_files_agree(cast: Cast, client: Client) -> None:
    """The same activities on the page, in JSON, CSV and Excel; counts are of them all."""
    q2 = complete(cast.staff, title="=ไตรมาสสอง")
    q3 = complete(cast.staff2, title="ไตรมาสสาม", division=cast.staff2.division, kind="hearing",
                  starts_on=dt.date(2026, 5, 2), ends_on=dt.date(2026, 5, 2), all_day=True)  # fmt: skip
    open_one = held(cast.staff, title="ยังไม่มีผล")
    cancelled = announced(cast.staff, title="ยกเลิกแล้ว")
    done(cancelled, Act.CANCEL, cast.staff, "ฝน")
    other = complete(cast.staff, title="ปีก่อน", starts_on=dt.date(2024, 2, 1), ends_on=dt.date(2024, 2, 1))
    titles = {one.title: one for one in (q2, q3, open_one, cancelled, other)}
    assert q3.division_id is not None
    for query, expected in (
        ("", set(titles)),
        ("year=2569", {"=ไตรมาสสอง", "ไตรมาสสาม", "ยังไม่มีผล"}),
        ("year=2569&quarter=2", {"=ไตรมาสสอง", "ยังไม่มีผล"}),
        ("year=2569&quarter=2&status=complete", {"=ไตรมาสสอง"}),
        ("status=open", {"ยังไม่มีผล"}),
        ("kind=hearing", {"ไตรมาสสาม"}),
        (f"division={q3.division_id}", {"ไตรมาสสาม"}),
        ("year=2567&kind=hearing", set()),
    ):
        answer = client.get(f"{LIST}?{query}")
        assert {one.version.title for one in answer.context["rows"]} == expected, query
        assert answer.context["tally"].activities == len(expected)
        said = json.loads(client.get(f"{LIST}activities.json?{query}").content)["activities"]
        assert {one["title"] for one in said} == expected
    assert answer.status_code == 200
    assert "empty" in answer.content.decode()

    said = {one["title"]: one for one in json.loads(client.get(f"{LIST}activities.json").content)["activities"]}
    assert said["=ไตรมาสสอง"] | {"published_at": None} == {
        "code": q2.code, "url": f"http://testserver{LIST}{q2.code}/", "title": "=ไตรมาสสอง", "kind": "forum",
        "state": "complete", "is_complete": True, "fiscal_year": 2569, "quarter": 2, "division": "กองช่าง",
        "place": "ศาลาประชาคม หมู่ที่ 3", "starts_on": "2026-03-14", "ends_on": "2026-03-14", "all_day": False,
        "starts_at": "09:00", "ends_at": "12:00", "invitation": "", "related": "", "note": "", "version": 1,
        "published_at": None,
        "elements": {
            "subject": ELEMENTS["subject"], "result": ELEMENTS["result"], "used_for": ELEMENTS["used_for"],
            "participants": {
                "groups": {name: ELEMENTS.get(name) for name in GROUP_COLUMNS}, "total": 50,
                "summary": ELEMENTS["participants"],
            },
        },
    }  # fmt: skip
    assert said["ยังไม่มีผล"]["elements"]["participants"]["total"] is None, "unknown is not zero"
    assert (said["ยกเลิกแล้ว"]["state"], said["ยกเลิกแล้ว"]["note"]) == ("cancelled", "ฝน")
    table = csv.DictReader(
        io.StringIO(client.get(f"{LIST}activities.csv?year=2569&status=complete").content.decode("utf-8-sig"))
    )
    lines = list(table)
    assert tuple(table.fieldnames or ()) == COLUMNS
    assert [(line["code"], line["title"], line["citizens"]) for line in lines] == [
        (q3.code, "ไตรมาสสาม", "42"), (q2.code, "'=ไตรมาสสอง", "42"),
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(client.get(f"{LIST}2569/report.xlsx").content)).active
    assert sheet is not None
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert [name in cells[2] for name in OFFICIAL] == [True] * 4
    assert [line[1] for line in cells[3:5]] == ["=ไตรมาสสอง", "ไตรมาสสาม"]
    assert ELEMENTS["used_for"] in cells[3]
    assert None not in cells[3], "no cell of the official form is empty"


def test_upcoming_comes_first(cast: Cast, client: Client) -> None:
    later, sooner = announced(cast.staff, days=9, title="ทีหลัง"), announced(cast.staff, days=3, title="ก่อน")
    moved = announced(cast.staff, days=5, title="เลื่อน")
    done(moved, Act.POSTPONE, cast.staff, "ฝน")
    complete(cast.staff, title="แล้ว")
    answer = client.get(LIST)
    assert [one.version.title for one in answer.context["upcoming"]] == ["ก่อน", "เลื่อน", "ทีหลัง"]
    assert [one.version.title for one in answer.context["rows"]] == ["แล้ว"]
    assert client.get(f"{LIST}?year={FiscalYear.of(sooner.starts_on)}").context["upcoming"] == []
    month = client.get(f"{LIST}calendar/?month={later.starts_on:%Y-%m}")
    assert later.code in month.content.decode()
    assert month.context["month"].first == later.starts_on.replace(day=1)


def many(by: Any, count: int) -> None:
    """So many complete activities by few statements."""
    base = draft(by, **ELEMENTS)
    said = words_of(base)
    made = Activity.objects.bulk_create(Activity(made_by=by, form_mark=mark(), **said) for _row in range(count))
    ActivityVersion.objects.bulk_create(
        ActivityVersion(activity=one, number=1, state="complete", took_part=50, published_by=by, **said) for one in made
    )


def test_costs_the_same_for_many(cast: Cast, client: Client) -> None:
    paths = (LIST, f"{LIST}?year=2569&quarter=2&status=complete", f"{LIST}calendar/?month=2026-03",
             f"{LIST}calendar.ics", f"{LIST}activities.json")  # fmt: skip
    counts: list[list[int]] = []
    for number in (2, 58):
        many(cast.secretary, number)
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                page(client, path)
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12
    seen: list[str] = []
    path = f"{LIST}?year=2569"  # an address that nobody has asked for yet: what is kept has no context
    for _page in range(3):
        answer = client.get(path)
        seen += [one.version.activity.code for one in answer.context["rows"]]
        path = f"{LIST}?year=2569&after={answer.context['page'].next}"
    assert (len(seen), len(set(seen)), answer.context["page"].next) == (60, 60, "")
    with CaptureQueriesContext(connection) as kept:
        client.get(LIST)
    assert len(kept) == 1, "kept until something changes"


def test_bad_input(cast: Cast, client: Client) -> None:
    shown = complete(cast.staff)
    for query in (
        "year=99", "year=9999", "year=2569&quarter=9", "quarter=%00", "division=x", f"division={'9' * 30}", "kind=%00",
        "status=x", "after=%00", "after=2026-01-01.x", f"after={'9' * 500}", "year=๒๕๖๙", "division=-1",
    ):  # fmt: skip
        for path in (LIST, f"{LIST}activities.json"):
            assert client.get(f"{path}?{query}").status_code == (400 if "%00" in query else 200), query
    for month in ("x", "9999-12", "0000-00", "2026-13", "%00", "1000-01", "2026-1", "๒๐๒๖-๐๑"):
        assert client.get(f"{LIST}calendar/?month={month}").status_code == (400 if "%00" in month else 200), month
    for path in (
        f"{LIST}activities.pdf", f"{LIST}1/report.pdf", f"{LIST}9999/report.xlsx", f"{LIST}2569/report.doc",
        f"{LIST}{'a' * 300}/", f"{LIST}%00/", f"{LIST}nothing/activity.ics", f"{LIST}{shown.code}/photos/%00/",
        f"{LIST}{shown.code}/documents/{'a' * 40}/", f"{LIST}{shown.code}/photos/x/small/",
    ):  # fmt: skip
        assert client.get(path).status_code in (400, 404), path
    assert client.post(LIST).status_code == 405
    english = page(client, f"/en{LIST}{shown.code}/")
    assert ' lang="th">' + words()["title"] in english
    assert PAST.year == 2026
