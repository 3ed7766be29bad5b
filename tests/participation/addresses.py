"""Who gets what at the addresses of participation: letters of citizens, and activities."""

from __future__ import annotations

from ita_portal.uploads import accept_upload
from participation.activity_choices import ActivityAct
from participation.services.activity_files import add_document, add_photos

from ..addresses import LOGIN, Row, download, public
from ..cast import Cast
from ..documents import pdf_upload
from .activities import ELEMENTS, done, draft
from .letters import published
from .pictures import photo

OPEN_TO_ALL = (
    "home", "questions", "question", "questions_file", "statistics", "statistics_file", "new", "follow",
    "activities", "activities_month", "activities_calendar", "activities_file", "activities_report", "activity",
    "activity_ics", "activity_photo", "activity_photo_small", "activity_document",
)  # fmt: skip
"""Names of addresses that answer people who have not signed in."""
HOME, LETTERS = "/participation/", "/participation/desk/"
LIST, DESK = "/participation/activities/", "/participation/activities/desk/"
ONE, MINE = LIST + "{activity}/", DESK + "{activity_draft}/"
OF_DIVISIONS = ("secretary", "head", "staff", "staff2", "assets", "budget", "integrity")
SEEN_BY = ("secretary", "head", "staff")
"""The plan office, and the people of กองช่าง, whose letter and activities these are."""


def of_letter(code: int = 200, method: str = "GET") -> Row:
    """The letter: other divisions find nothing, who is in none is told no."""
    found = dict.fromkeys(OF_DIVISIONS, 404) | dict.fromkeys(SEEN_BY, code)
    return Row("participation:letter", LETTERS + "{letter}/", 403, {"citizen": LOGIN, **found}, method)


def desk(name: str, path: str, code: int = 200, method: str = "GET", outside: int = 404) -> Row:
    """A page of the activities' desk; outside: what another division is answered."""
    seen = dict.fromkeys(SEEN_BY, code)
    return Row(f"participation:{name}", path, 403, {"citizen": LOGIN, "staff2": outside, **seen}, method)


def form(name: str, path: str, outside: tuple[int, int] = (404, 404)) -> list[Row]:
    """A form of the desk, and what an empty one is answered."""
    return [desk(name, path, 200, "GET", outside[0]), desk(name, path, 422, "POST", outside[1])]


TABLE_OF_PARTICIPATION: list[Row] = [
    # Letters, for the public
    *public("participation:home", HOME),
    *public("participation:questions", HOME + "questions/"),
    *public("participation:question", HOME + "questions/{question}/"),
    *public("participation:statistics", HOME + "statistics/"),
    *download("participation:questions_file", HOME + "questions.csv"),
    *download("participation:statistics_file", HOME + "statistics.json"),
    Row("participation:new", HOME + "new/", 200),
    Row("participation:new", HOME + "new/", 422, method="POST"),
    Row("participation:follow", HOME + "follow/", 200),
    Row("participation:follow", HOME + "follow/", 422, method="POST"),
    # Letters, at the desk
    Row("participation:desk", LETTERS, 403, {"citizen": LOGIN, **dict.fromkeys(OF_DIVISIONS, 200)}),
    Row("participation:desk", LETTERS, 405, {"citizen": LOGIN}, "POST"),
    of_letter(),
    of_letter(422, "POST"),
    # Activities, for the public
    *public("participation:activities", LIST),
    *public("participation:activities_month", LIST + "calendar/"),
    *public("participation:activity", ONE),
    *download("participation:activities_calendar", LIST + "calendar.ics"),
    *download("participation:activity_ics", ONE + "activity.ics"),
    *download("participation:activities_file", LIST + "activities.csv"),
    *download("participation:activities_report", LIST + "2569/report.xlsx"),
    *download("participation:activity_photo", ONE + "photos/{activity_photo}/"),
    *download("participation:activity_photo_small", ONE + "photos/{activity_photo}/small/"),
    *download("participation:activity_document", ONE + "documents/{activity_document}/"),
    # Activities, at the desk
    desk("activities_desk", DESK, outside=200),
    Row("participation:activities_desk", DESK, 405, {"citizen": LOGIN}, "POST"),
    *form("activity_new", DESK + "new/", (200, 422)),
    desk("activity_desk", MINE),
    *form("activity_edit", MINE + "edit/"),
    *form("activity_result", MINE + "result/"),
    *form("activity_publish", MINE + "publish/"),
    *form("activity_end", DESK + "{activity}/end/withdraw/"),
    desk("activity_discard", MINE + "discard/"),
    desk("activity_discard", DESK + "gone/discard/", 302, "POST", outside=302),
    *form("activity_photos", MINE + "photos/"),
    *form("activity_documents", MINE + "documents/"),
    desk("activity_desk_file", DESK + "{activity}/files/{activity_photo}/"),
]


def make_participation_places(cast: Cast) -> dict[str, str]:
    """What the paths name, all of กองช่าง: a published letter, an activity with a photo and a document, a draft."""
    letter = published(cast)
    shown = draft(cast.staff, **ELEMENTS)
    (picture,) = add_photos(shown, [(photo(), "ภาพ")], by=cast.staff, consent=True)
    document = add_document(shown, accept_upload(pdf_upload()), "รายงาน", by=cast.staff)
    done(shown, ActivityAct.COMPLETE, cast.staff)
    return {
        "letter": str(letter.pk),
        "question": letter.public_id,
        "activity": shown.code,
        "activity_draft": draft(cast.staff).code,
        "activity_photo": picture.public_id,
        "activity_document": document.public_id,
    }
