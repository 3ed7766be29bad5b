"""What people say about the budget, what becomes of it, and who of the staff has read the plan."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import connection, models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ita_portal.fiscal import BANGKOK
from ita_portal.masking import mask_citizen_numbers
from organization.models import User

from ..choices import CommentKind, CommentState
from ..errors import RefusedError
from ..models import Comment, Line, LineVersion, Plan, Reading, Revision
from .acts import CHANGED_MEANWHILE, guarded, require, require_officer, year_row

ANSWER_DAYS = 15
"""Days within which a question or proposal is answered: the municipality's own promise."""
LONGEST_TEXT, LONGEST_NAME, LONGEST_ANSWER, LONGEST_REASON = 3_000, 100, 5_000, 900
"""Characters. A reason is kept behind its code, in 1,000."""
WAITING_AN_HOUR, WAITING_MOST, WAITING_OF_ONE = 60, 500, 50
"""Comments that wait: of citizens, sent within an hour; of citizens, in all; of one person of the staff.

Far above what the people of a small municipality write. Past it nothing is taken in until an officer has looked:
so neither the table nor the officer drowns, and nobody's address is needed for it.
"""
KEPT_REFUSED = dt.timedelta(days=365)
"""How long the words of a comment are kept that is not published: it may be refused for the very data it holds."""
FORGOTTEN = "–"
"""What stands for destroyed words."""
_ONE_BY_ONE = 0x1_7A_B0D6_E7
"""Of the lock under which comments come in: what is counted stays true until the comment is there."""


class Reason(models.TextChoices):
    """Why a comment is not published: the code stands first in `Comment.reason`, own words behind it."""

    PERSONAL = "personal", gettext_lazy("It holds personal data")
    ABUSE = "abuse", gettext_lazy("It insults or accuses somebody")
    CORRUPTION = "corruption", gettext_lazy("It reports corruption, for which there is the protected channel")
    ELSEWHERE = "elsewhere", gettext_lazy("It is not about the budget")
    TWICE = "twice", gettext_lazy("It was sent already")
    ADVERTISING = "advertising", gettext_lazy("It is advertising")
    OTHER = "other", pgettext_lazy("reason", "Another reason")


def written_reason(code: str, words: str = "") -> str:
    """A reason as it is kept: `personal`, `other: …`."""
    words = " ".join(words.split())
    return f"{code}: {words}" if words else code


def read_reason(reason: str) -> tuple[str, str]:
    """The code of a kept reason, and the words behind it. What has no known code is another reason."""
    code, colon, words = reason.partition(":")
    if code in Reason.values and (colon or not words):
        return code, words.strip()
    return Reason.OTHER.value, reason.strip()


def holds_citizen_number(text: str) -> bool:
    """Whether a text shows the number of a person's identity card, in any digits and any groups."""
    return mask_citizen_numbers(text) != text


def require_no_citizen_number(text: str, field: str) -> None:
    """RefusedError where a text that becomes public shows a person's number."""
    require(
        not holds_citizen_number(text), "citizen_number",
        _("This looks like the number of an identity card. Take it out: what you write becomes public."), field=field,
    )  # fmt: skip


def send_comment(
    year: int, kind: str, text: str, *, form_mark: str, name: str = "", plan: Plan | None = None,
    line: Line | None = None, by: User | None = None,
) -> Comment:  # fmt: skip
    """Take in what somebody says; it waits until an officer has looked at it. The same form sent twice is one comment.

    name: what a citizen wants to be called; nothing else of them is kept. by: who of the staff writes it, under their
    own name and division. line: of `plan`. RefusedError where plan or line are not public, or too much waits.
    """
    text, name = text.strip(), " ".join(name.split())
    require(bool(text), "comment_says_something", _("Write what you want to say."), field="text")
    require(len(text) <= LONGEST_TEXT, "too_long", _("This is too long."), field="text")
    require(len(name) <= LONGEST_NAME, "too_long", _("This is too long."), field="name")
    require(kind in CommentKind.values, "kind_unknown", _("Choose what it is."), field="kind")
    require_no_citizen_number(text, "text")
    require_no_citizen_number(name, "name")
    _require_public(year, plan, line)
    with guarded():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_BY_ONE])
        known: Comment | None = Comment.objects.filter(form_mark=form_mark).first()
        if known is not None:
            return known
        _require_room(by)
        made: Comment = Comment.objects.create(
            year=year_row(year), plan=plan, line=line, kind=kind, text=text, form_mark=form_mark,
            name=name if by is None else by.get_full_name()[:LONGEST_NAME], by_staff=by is not None, author=by,
            division=by.division if by else None,
        )  # fmt: skip
    return made


def _require_public(year: int, plan: Plan | None, line: Line | None) -> None:
    """RefusedError for a plan or line that the public cannot see, or of another year. One sentence for all of these."""
    found = True
    if plan is not None:
        found = plan.year_id == year and Plan.objects.public().filter(pk=plan.pk).exists()
    if line is not None:
        found = found and plan is not None and line.plan_id == plan.pk
        found = found and LineVersion.objects.published().filter(line=line).exists()
    require(found, "not_public", _("There is no such plan or line."))


def _require_room(by: User | None) -> None:
    waiting = Comment.objects.waiting()
    sentence = _("Very many comments wait to be looked at just now. Send yours again in an hour. Nothing is lost here.")
    if by is not None:
        require(waiting.filter(author=by).count() < WAITING_OF_ONE, "too_many", sentence)
        return
    hour = timezone.now() - dt.timedelta(hours=1)
    found = waiting.filter(by_staff=False).aggregate(all=Count("pk"), new=Count("pk", filter=Q(sent_at__gte=hour)))
    require(found["all"] < WAITING_MOST and found["new"] < WAITING_AN_HOUR, "too_many", sentence)


def _locked(comment: Comment) -> Comment:
    found: Comment = Comment.objects.select_for_update(no_key=True, of=("self",)).get(pk=comment.pk)
    return found


def moderate(comment: Comment, *, publish: bool, by: User, reason: str = "", seen: str | None = None) -> Comment:
    """Let a comment be read by everybody, or not, with the reason why not. Either can be decided anew.

    reason: as `written_reason` writes it. seen: the state in which the officer saw it, without: as `comment` has it.
    The same decision twice is one; RefusedError where another officer decided otherwise in the meantime.
    """
    require_officer(by)
    kept = ""
    if not publish:
        code, words = read_reason(reason)
        require(bool(reason.strip()), "reason_missing", _("Say why it is not published."), field="reason")
        require(
            code != Reason.OTHER or bool(words), "reason_missing",
            _("Say in your own words why it is not published."), field="words",
        )  # fmt: skip
        require(len(words) <= LONGEST_REASON, "too_long", _("This is too long."), field="words")
        kept = written_reason(code, words)
    state = CommentState.PUBLISHED if publish else CommentState.REFUSED
    with guarded():
        locked = _locked(comment)
        if locked.state == state and locked.reason == kept:
            return locked
        require(locked.state == (comment.state if seen is None else seen), "changed", CHANGED_MEANWHILE)
        locked.state, locked.reason, locked.moderated_by, locked.moderated_at = state, kept, by, timezone.now()
        locked.save(update_fields=["state", "reason", "moderated_by", "moderated_at"])
    return locked


def answer_mark(comment: Comment) -> str:
    """Stands for the answer that a person saw, so that nobody overwrites another's unseen."""
    return hashlib.sha256(comment.answer.encode()).hexdigest()[:16]


def answer(comment: Comment, text: str, *, by: User, seen: str | None = None) -> Comment:
    """Answer a published comment, or correct the answer; the history keeps what stood there.

    Who answered first and when stays, so that a correction neither shortens nor lengthens what people waited. seen: the
    mark of the answer that the officer saw, without: of `comment`. RefusedError where another officer wrote one.
    """
    require_officer(by)
    text = text.strip()
    require(bool(text), "answer_empty", _("Write the answer."), field="answer")
    require(len(text) <= LONGEST_ANSWER, "too_long", _("This is too long."), field="answer")
    require_no_citizen_number(text, "answer")
    with guarded():
        locked = _locked(comment)
        if locked.answer == text:
            return locked
        require(
            locked.state == CommentState.PUBLISHED, "not_published",
            _("Publish the comment first: an answer stands below what it answers."),
        )  # fmt: skip
        require(answer_mark(locked) == (answer_mark(comment) if seen is None else seen), "changed", CHANGED_MEANWHILE)
        if not locked.answer:
            locked.answered_by, locked.answered_at = by, timezone.now()
        locked.answer = text
        locked.save(update_fields=["answer", "answered_by", "answered_at"])
    return locked


def confirm_reading(revision: Revision, *, by: User) -> Reading:
    """Somebody of the staff says that they have read a revision in force; said twice it is said once."""
    found = Revision.objects.published().filter(pk=revision.pk).first()
    if found is None:
        raise RefusedError("not_published", _("This is not published."))
    known: Reading | None = Reading.objects.filter(revision=found, user=by).first()
    if known is not None:
        return known
    require(
        found.is_current, "new_revision", _("A new revision was published in the meantime. Read what is new in it.")
    )
    made: Reading = Reading.objects.get_or_create(revision=found, user=by, defaults={"division_id": by.division_id})[0]
    return made


def forget_refused(day: dt.date) -> int:
    """Destroy the words of comments that on `day` were refused for longer than `KEPT_REFUSED`, in their history too.

    The row stays, with its reason's code, so that what came in is still counted. How many. Safe to run again.
    """
    before = dt.datetime.combine(day - KEPT_REFUSED, dt.time(), BANGKOK)
    ended = Comment.objects.filter(state=CommentState.REFUSED, moderated_at__lt=before).exclude(text=FORGOTTEN)
    count = 0
    with transaction.atomic():
        for comment in ended.select_for_update(no_key=True, of=("self",)).order_by("pk"):
            comment.text, comment.name = FORGOTTEN, ""
            comment.reason = read_reason(comment.reason)[0]
            if comment.answer:
                comment.answer = FORGOTTEN
            comment.save(update_fields=["text", "name", "reason", "answer"])
            events = Comment.pgh_event_models["update"].objects  # type: ignore[attr-defined]
            events.filter(pgh_obj_id=comment.pk).exclude(text=FORGOTTEN).delete()
            count += 1
    return count
