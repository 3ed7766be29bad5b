"""Who gets what at the addresses of the guidelines: documents that the staff read and confirm, and trainings."""

from __future__ import annotations

from guidelines.choices import Readers
from guidelines.services import documents as acts
from guidelines.services.certificates import issue_certificate
from guidelines.services.trainings_people import check_in
from guidelines.trainings_choices import TrainingState
from ita_portal.uploads import accept_upload

from ..addresses import LOGIN, Row, download, public, staff
from ..cast import Cast
from ..documents import pdf_upload
from .document_factories import QUESTION, begun, drafted, next_version, published
from .training_factories import go, session_of, training

OPEN_TO_ALL = (
    "documents", "document", "version", "changes", "document_pdf", "version_pdf", "version_file", "trainings",
    "trainings_file", "verify", "verify_certificate",
)  # fmt: skip
"""Names of addresses that answer people who have not signed in."""
NOBODY = {"citizen": LOGIN}
GUIDELINES, DESK = "/guidelines/", "/guidelines/desk/"
DOCUMENT, DRAFT = DESK + "documents/manual/", DESK + "documents/manual/draft/"
HELD, PAPER = "/guidelines/trainings/", "/guidelines/trainings/certificates/{certificate_code}.pdf"
ONE, TRAINING = HELD + "{training}/", HELD + "desk/{training}/"
SESSION, CHECK_IN = TRAINING + "sessions/{training_session}/", HELD + "check-in/{training_session}/AAAAAAAAAAAA/"


def desk(name: str, path: str, code: int = 200, method: str = "GET") -> Row:
    """A page of the office that keeps the documents and holds the trainings."""
    return Row(f"guidelines:{name}", path, 403, NOBODY | {"secretary": code}, method)


def form(name: str, path: str) -> list[Row]:
    """A form of the office, and what an empty one is answered."""
    return [desk(name, path), desk(name, path, 422, "POST")]


TABLE_OF_GUIDELINES: list[Row] = [
    # Documents, for everybody; one is for the staff alone
    *public("guidelines:documents", GUIDELINES),
    *public("guidelines:document", GUIDELINES + "manual/"),
    Row("guidelines:document", GUIDELINES + "inside/", 200, {"citizen": 404}),
    *public("guidelines:version", GUIDELINES + "manual/1/"),
    *public("guidelines:changes", GUIDELINES + "manual/changes/1-2/"),
    *download("guidelines:document_pdf", GUIDELINES + "manual.pdf"),
    *download("guidelines:version_pdf", GUIDELINES + "manual/1.pdf"),
    *download("guidelines:version_file", GUIDELINES + "manual/1/file/"),
    # Reading and confirming
    *staff("guidelines:mine", GUIDELINES + "mine/"),
    Row(
        "guidelines:confirmations_file", GUIDELINES + "mine/confirmations.pdf", 200, NOBODY, roles=("citizen", "staff")
    ),
    *staff("guidelines:shares", GUIDELINES + "shares/"),
    *staff("guidelines:read", GUIDELINES + "manual/read/"),
    Row("guidelines:read", GUIDELINES + "manual/read/", 422, NOBODY, "POST"),
    # Documents, at the desk
    desk("desk", DESK),
    *form("document_new", DESK + "new/"),
    desk("unread", DESK + "unread/"),
    desk("unread_file", DESK + "unread.csv"),
    desk("document_desk", DOCUMENT),
    *form("document_settings", DOCUMENT + "settings/"),
    desk("draft_new", DRAFT + "new/", 302, "POST"),
    *form("draft", DRAFT),
    desk("draft_preview", DRAFT + "preview/"),
    *form("draft_file", DRAFT + "file/"),
    desk("draft_file_remove", DRAFT + "file/remove/", 302, "POST"),
    *form("draft_question_new", DRAFT + "questions/new/"),
    *form("draft_question", DRAFT + "questions/1/"),
    *form("draft_publish", DRAFT + "publish/"),
    # What throws away comes last
    desk("draft_question_remove", DRAFT + "questions/1/remove/", 302, "POST"),
    desk("draft_discard", DRAFT + "discard/"),
    desk("draft_discard", DRAFT + "discard/", 302, "POST"),
    # Trainings, for everybody
    *public("guidelines:trainings", HELD),
    *download("guidelines:trainings_file", HELD + "list.csv"),
    *download("guidelines:trainings_file", HELD + "list.json"),
    *public("guidelines:verify", HELD + "verify/"),
    *public("guidelines:verify_certificate", HELD + "verify/{certificate_code}/"),
    # Trainings, for the staff: this one is for all of them, of today, with one question
    *staff("guidelines:my_trainings", HELD + "mine/"),
    Row("guidelines:certificate_file", PAPER, 404, NOBODY | {"staff": 200, "secretary": 200}),
    Row("guidelines:check_in", CHECK_IN, 422, NOBODY),
    Row("guidelines:check_in", CHECK_IN, 422, NOBODY, "POST"),
    *staff("guidelines:training", ONE),
    Row("guidelines:test", ONE + "test/before/", 302),
    Row("guidelines:test", ONE + "test/before/", 422, NOBODY, "POST"),
    Row("guidelines:enrol", ONE + "enrol/", 302, method="POST"),
    Row("guidelines:withdraw", ONE + "withdraw/", 302, method="POST"),
    Row("guidelines:certificate", ONE + "certificate/", 422, NOBODY, "POST"),
    # Trainings, at the desk
    desk("trainings_desk", HELD + "desk/"),
    *form("training_new", HELD + "desk/new/"),
    desk("training_desk", TRAINING),
    *form("training_edit", TRAINING + "edit/"),
    desk("training_move", TRAINING + "move/", 422, "POST"),
    desk("training_feedback", TRAINING + "feedback/", 422, "POST"),
    *form("session_new", TRAINING + "sessions/new/"),
    *form("session_edit", SESSION),
    desk("session_screen", SESSION + "screen/"),
    desk("session_poster", SESSION + "poster.pdf"),
    *form("training_questions", TRAINING + "questions/"),
    *form("training_question", TRAINING + "questions/{training_question}/"),
    *form("training_people", TRAINING + "people/"),
    desk("training_people_file", TRAINING + "people.csv"),
]  # fmt: skip


def make_guideline_places(cast: Cast) -> dict[str, str]:
    """What the paths name: documents, a training of today with a question, a certificate of one that was held."""
    _make_documents(cast)
    made, held = training(cast.secretary, questions=1), training(cast.secretary)
    check_in(session_of(held), by=cast.staff)
    certificate = issue_certificate(go(held, TrainingState.HELD), by=cast.staff)
    return {
        "training": str(made.pk),
        "training_session": str(session_of(made).pk),
        "training_question": str(made.questions.get().pk),
        "certificate_code": certificate.code,
    }


def _make_documents(cast: Cast) -> None:
    """`manual` with two versions, the first with a PDF, and a draft with a question; `inside`, for the staff."""
    draft = begun(cast)
    acts.save_question(draft, QUESTION, by=cast.secretary)
    draft = acts.attach_file(draft, accept_upload(pdf_upload()), by=cast.secretary)
    first = acts.publish(draft, by=cast.secretary, edits=draft.edits)
    next_version(cast, first.document)
    drafted(cast, first.document)
    published(cast, "inside", readers=Readers.STAFF)
