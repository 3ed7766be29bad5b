"""What becomes of a document: drafted, published for ever, asked again, withdrawn; and who confirms it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from guidelines.choices import Audience, State
from guidelines.errors import RefusedError
from guidelines.models import Acknowledgement, CheckQuestion, Document, Version
from guidelines.reading import mine, shown
from guidelines.services import documents as acts
from guidelines.services.acknowledging import acknowledge, has_confirmed
from guidelines.services.documents import Question, Settings, Words
from ita_portal.fiscal import today
from ita_portal.refusals import guard_of
from ita_portal.uploads import accept_upload
from organization.models import Division
from tests.cast import Cast

from ..documents import pdf_upload
from .document_factories import BODY, QUESTION, begun, confirmed, drafted, next_version, published

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def guard(act: object) -> str:
    """The name of the guard of the database that refuses an act."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()  # type: ignore[operator]
    return guard_of(refused.value)


def test_what_is_published_is_never_changed(cast: Cast) -> None:
    version = published(cast, question=True)
    rows, question = Version.objects.filter(pk=version.pk), CheckQuestion.objects.filter(version=version)
    assert guard(lambda: rows.update(body="อื่น")) == "guideline_version_stays"
    assert guard(lambda: rows.update(in_force_on=today() - DAY)) == "guideline_version_stays"
    assert guard(lambda: rows.update(state=State.DRAFT)) == "guideline_version_stays"
    assert guard(lambda: question.update(answer=0)) == "guideline_check_stays"
    assert guard(question.delete) == "guideline_check_stays"
    more = CheckQuestion(version=version, position=9, text="?", choices=["a", "b"], answer=0, explanation="-")
    assert guard(more.save) == "guideline_check_stays"
    assert guard(lambda: Document.objects.update(slug="other")) == "guideline_slug_stays"
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        version.delete()
    entered = Version(document=version.document, title="x", body="x", made_by=cast.secretary, state=State.PUBLISHED,
                      number=2, in_force_on=today(), asks_from=2, published_by=cast.secretary,
                      published_at=timezone.now(), change_note="x", reason="x")  # fmt: skip
    assert guard(entered.save) == "guideline_version_stays"


def test_a_draft_says_what_it_changes_before_it_is_published(cast: Cast) -> None:
    version = published(cast)
    draft = acts.begin_draft(version.document, by=cast.secretary)
    assert draft == acts.begin_draft(version.document, by=cast.secretary)
    assert (draft.body, draft.title, draft.number) == (version.body, version.title, None)
    with pytest.raises(RefusedError) as refused:
        acts.publish(draft, by=cast.secretary, edits=draft.edits)
    assert refused.value.code == "not_whole"
    assert guard(
        lambda: Version.objects.filter(pk=draft.pk).update(
            state=State.PUBLISHED, number=2, in_force_on=today(), asks_from=2, published_by=cast.secretary,
            published_at=timezone.now(),
        )
    ) == "guideline_version_says_why"  # fmt: skip
    second = next_version(cast, version.document)
    assert (second.number, second.asks_from, second.in_force_on) == (2, 2, today())
    now = shown(version.document)
    assert now is not None and now.version == second
    assert [one.number for one in now.versions] == [2, 1]


@pytest.mark.parametrize(
    "wrong",
    [{"number": 3}, {"asks_from": 1, "number": 1}, {"in_force_on": dt.date(2020, 1, 1)}],
    ids=["number", "again", "earlier"],
)
def test_a_version_follows_the_one_before(cast: Cast, wrong: dict[str, object]) -> None:
    draft = drafted(cast, published(cast).document)
    values = {"state": State.PUBLISHED, "number": 2, "in_force_on": today(), "asks_from": 2,
              "published_by": cast.secretary, "published_at": timezone.now(), **wrong}  # fmt: skip
    assert guard(lambda: Version.objects.filter(pk=draft.pk).update(**values)) == "guideline_version_follows"


def test_only_the_office_works_on_documents(cast: Cast) -> None:
    draft = begun(cast)
    for act in (
        lambda: acts.publish(draft, by=cast.staff, edits=draft.edits),
        lambda: acts.begin_draft(draft.document, by=cast.admin),
        lambda: acts.change_draft(draft, Words("x"), by=cast.mayor, edits=0),
        lambda: acts.change_settings(draft.document, Settings(), by=cast.staff, edits=0),
        lambda: acts.discard(draft, by=cast.staff),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == "not_yours"


def test_nobody_overwrites_what_they_have_not_seen(cast: Cast) -> None:
    draft = begun(cast)
    acts.change_draft(draft, Words("หนึ่ง", body=BODY), by=cast.secretary, edits=0)
    for act in (
        lambda: acts.change_draft(draft, Words("สอง"), by=cast.secretary, edits=0),
        lambda: acts.publish(draft, by=cast.secretary, edits=0),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == "changed"
    acts.change_settings(draft.document, Settings(order=3), by=cast.secretary, edits=0)
    with pytest.raises(RefusedError) as refused:
        acts.change_settings(draft.document, Settings(order=4), by=cast.secretary, edits=0)
    assert refused.value.code == "changed"


def test_a_document_begun_twice_is_one_and_a_name_is_taken_once(cast: Cast) -> None:
    first = acts.begin_document("a", Settings(), Words("ก"), by=cast.secretary, form_mark="same")
    assert acts.begin_document("a", Settings(), Words("ก"), by=cast.secretary, form_mark="same") == first
    with pytest.raises(RefusedError) as refused:
        acts.begin_document("a", Settings(), Words("ข"), by=cast.secretary, form_mark="other")
    assert (refused.value.code, refused.value.field) == ("slug", "slug")
    for slug in ("trainings", "Big", "a--b", "-a"):
        with pytest.raises(RefusedError) as refused:
            acts.begin_document(slug, Settings(), Words("ค"), by=cast.secretary, form_mark=slug + "mark")
        assert refused.value.code == "guideline_slug_plain"
    with pytest.raises(RefusedError) as refused:
        acts.begin_document(
            "b", Settings(audience=Audience.DIVISIONS), Words("ง"), by=cast.secretary, form_mark="b-mark"
        )
    assert refused.value.field == "divisions"


def test_a_draft_is_thrown_away_with_a_document_that_was_never_published(cast: Cast) -> None:
    draft = begun(cast, "never")
    acts.save_question(draft, QUESTION, by=cast.secretary)
    acts.discard(draft, by=cast.secretary)
    acts.discard(draft, by=cast.secretary)
    assert not Document.objects.exists()
    kept = published(cast).document
    acts.discard(drafted(cast, kept), by=cast.secretary)
    assert [one.number for one in kept.versions.all()] == [1]


def test_a_pdf_stands_in_place_of_the_text(cast: Cast) -> None:
    draft = begun(cast, body="")
    with pytest.raises(RefusedError):
        acts.publish(draft, by=cast.secretary, edits=0)
    with pytest.raises(RefusedError) as refused:
        acts.attach_file(draft, accept_upload(_text_file()), by=cast.secretary)
    assert refused.value.field == "file"
    acts.attach_file(draft, accept_upload(pdf_upload()), by=cast.secretary)
    acts.remove_file(draft, by=cast.secretary)
    filled = acts.attach_file(draft, accept_upload(pdf_upload()), by=cast.secretary)
    version = acts.publish(draft, by=cast.secretary, edits=filled.edits)
    assert (version.body, version.file_name) == ("", "รายงานผล.pdf")
    assert next_version(cast, version.document).file_sha256 == version.file_sha256


def _text_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"words", content_type="text/plain")


def test_a_later_version_waits_for_its_day(cast: Cast) -> None:
    document = published(cast).document
    second = next_version(cast, document, in_force_on=today() + 10 * DAY)
    now = shown(document)
    assert now is not None and (now.version.number, now.coming) == (1, second)
    with pytest.raises(RefusedError) as refused:
        acknowledge(document, 2, by=cast.staff)
    assert refused.value.code == "not_in_force"
    assert guard(lambda: confirmed(second, cast.staff)) == "guideline_not_in_force"
    with pytest.raises(RefusedError) as refused:
        next_version(cast, document, in_force_on=today())
    assert refused.value.field == "in_force_on"
    for day in (today() - DAY, today() + 400 * DAY):
        draft = document.versions.drafts().get()
        with pytest.raises(RefusedError):
            acts.publish(draft, by=cast.secretary, edits=draft.edits, in_force_on=day)


def test_a_new_version_asks_again_and_a_correction_does_not(cast: Cast) -> None:
    document = published(cast).document
    assert [(one.waits, one.earlier) for one in mine(cast.staff)] == [(True, False)]
    acknowledge(document, 1, by=cast.staff)
    assert not mine(cast.staff)[0].waits
    corrected = next_version(cast, document, asks_again=False)
    assert (corrected.number, corrected.asks_from, corrected.asks_again) == (2, 1, False)
    assert not mine(cast.staff)[0].waits and has_confirmed(cast.staff, corrected) is not None
    assert mine(cast.staff2)[0].waits
    acknowledge(document, 2, by=cast.staff2)
    third = next_version(cast, document)
    for person in (cast.staff, cast.staff2):
        assert [(one.waits, one.earlier) for one in mine(person)] == [(True, True)]
        assert has_confirmed(person, third) is None
    acknowledge(document, 3, by=cast.staff)
    assert not mine(cast.staff)[0].waits and mine(cast.staff2)[0].waits


def test_a_confirmation_is_given_once_and_stays(cast: Cast) -> None:
    version = published(cast)
    first = acknowledge(version.document, 1, by=cast.staff)
    assert acknowledge(version.document, 1, by=cast.staff) == first
    assert first.division == cast.staff.division
    rows = Acknowledgement.objects.filter(pk=first.pk)
    assert guard(lambda: rows.update(user=cast.staff2)) == "guideline_acknowledgement_stays"
    assert guard(rows.delete) == "guideline_acknowledgement_stays"
    assert guard(lambda: confirmed(version, cast.staff)) == "guideline_acknowledged_once"
    cast.staff.division = Division.objects.get(name="กองคลัง")
    cast.staff.save()
    assert str(Acknowledgement.objects.get().division) == "กองช่าง"
    next_version(cast, version.document)
    assert guard(lambda: confirmed(version, cast.staff2)) == "guideline_not_in_force"


def test_check_questions_are_answered_rightly_and_no_try_is_kept(cast: Cast) -> None:
    version = published(cast, question=True)
    for answers in ({}, {1: 0}, {1: None}, {2: 1}, {1: 99}):
        with pytest.raises(RefusedError) as refused:
            acknowledge(version.document, 1, by=cast.staff, answers=answers)
        assert refused.value.code == "wrong"
    assert not Acknowledgement.objects.exists()
    assert acknowledge(version.document, 1, by=cast.staff, answers={1: 1})
    second = acts.begin_draft(version.document, by=cast.secretary)
    assert [one.text for one in acts.questions_of(second)] == [QUESTION.text]
    acts.save_question(second, Question("ใหม่?", ("ก", "ข", "ค"), 2, "เพราะ"), by=cast.secretary, position=1)
    again = Question("อีกข้อ", ("ก", "ข"), 0, "เพราะ")
    assert acts.save_question(second, again, by=cast.secretary) == acts.save_question(second, again, by=cast.secretary)
    acts.remove_question(second, 1, by=cast.secretary)
    acts.remove_question(second, 1, by=cast.secretary)
    assert [(one.position, one.text) for one in acts.questions_of(second)] == [(2, "อีกข้อ")]
    for wrong in (
        Question("", ("ก", "ข"), 0, "เพราะ"), Question("?", ("ก",), 0, "เพราะ"), Question("?", ("ก", "ก"), 0, "เพราะ"),
        Question("?", ("ก", "ข"), 2, "เพราะ"), Question("?", ("ก", "ข"), 0, " "),
    ):  # fmt: skip
        with pytest.raises(RefusedError):
            acts.save_question(second, wrong, by=cast.secretary)


def test_a_withdrawn_document_asks_nobody_and_stays_readable(cast: Cast) -> None:
    document = published(cast).document
    with pytest.raises(RefusedError) as refused:
        acts.change_settings(document, Settings(withdrawn_on=today()), by=cast.secretary, edits=0)
    assert refused.value.field == "withdrawn_reason"
    acts.change_settings(
        document, Settings(withdrawn_on=today(), withdrawn_reason="มีฉบับรวม"), by=cast.secretary, edits=0
    )
    document.refresh_from_db()
    assert mine(cast.staff) == [] and shown(document) is not None
    with pytest.raises(RefusedError) as refused:
        acknowledge(document, 1, by=cast.staff)
    assert refused.value.code == "withdrawn"


def test_only_the_divisions_of_the_audience_are_asked(cast: Cast) -> None:
    works = Division.objects.get(name="กองช่าง")
    published(cast, audience=Audience.DIVISIONS, divisions=(works,))
    published(cast, "free", audience=Audience.NOBODY)
    for person, waiting in ((cast.staff, {"manual"}), (cast.staff2, set()), (cast.mayor, set())):
        assert {one.document.slug for one in mine(person) if one.waits} == waiting
