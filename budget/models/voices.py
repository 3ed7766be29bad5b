"""What people say about the budget, and who of the staff has read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ita_portal.history import tracked
from organization.models import Division

from ..choices import CommentKind, CommentState
from ..page_topics import bumps_where
from ..querysets import CommentQuerySet
from .plans import Line, Plan, Revision
from .years import BudgetYear


@tracked
class Comment(models.Model):
    """A question, opinion or proposal about a plan or a line; public once a budget officer has let it through.

    author: who of the staff wrote it, None for a citizen. name: what a citizen wants to be called, empty for none.
    by_staff: whether it came from somebody who had signed in. reason: why it is not published.
    """

    year = models.ForeignKey(BudgetYear, models.PROTECT, related_name="comments", verbose_name=_("fiscal year (B.E.)"))
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("plan")
    )
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("line")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CommentKind.choices)
    text = models.TextField(_("text"), max_length=3000)
    name = models.CharField(_("name shown"), max_length=100, blank=True)
    by_staff = models.BooleanField(_("by staff"), default=False, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", editable=False)
    state = models.CharField(_("state"), max_length=10, choices=CommentState.choices, default=CommentState.WAITING)
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    reason = models.CharField(_("why it is not published"), max_length=1000, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    moderated_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    form_mark = models.CharField(max_length=80, unique=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("comment on the budget")
        verbose_name_plural = _("comments on the budget")
        indexes = [
            models.Index(fields=["year", "-id"], name="comment_published", condition=Q(state=CommentState.PUBLISHED)),
            models.Index(fields=["id"], name="comment_waiting", condition=Q(state=CommentState.WAITING)),
            models.Index(fields=["line", "-id"], name="comment_of_line", condition=Q(state=CommentState.PUBLISHED)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CommentState.WAITING, moderated_by=None, moderated_at=None, reason="")
                | (
                    Q(moderated_by__isnull=False, moderated_at__isnull=False)
                    & (Q(state=CommentState.PUBLISHED) | (Q(state=CommentState.REFUSED) & ~Q(reason="")))
                ),
                name="comment_moderated_with_reason",
                violation_error_message=_("Who does not publish a comment says why."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="comment_answered_by_somebody",
                violation_error_message=_("An answer has a person and a time."),
            ),
            models.CheckConstraint(
                condition=~Q(text="") & Q(kind__in=CommentKind.values) & Q(state__in=CommentState.values),
                name="comment_says_something",
                violation_error_message=_("Write what you want to say."),
            ),
            models.CheckConstraint(
                condition=Q(by_staff=True, author__isnull=False) | Q(by_staff=False, author=None, division=None),
                name="comment_of_citizen_names_nobody",
                violation_error_message=_("Nothing of a citizen is kept but what they wrote."),
            ),
        ]  # fmt: skip
        triggers = [
            bumps_where(
                "(TG_OP <> 'INSERT' AND OLD.state = 'published') OR (TG_OP <> 'DELETE' AND NEW.state = 'published')"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Reading(models.Model):
    """Somebody of the staff has read a published revision. division: theirs at that time."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(_("read at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("confirmation of reading")
        verbose_name_plural = _("confirmations of reading")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "user"], name="reading_once",
                violation_error_message=_("This person has confirmed it already."),
            ),
        ]  # fmt: skip
        triggers = [bumps_where("TRUE")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.revision_id}"
