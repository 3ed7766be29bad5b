"""Forms for the work of a quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import ProgressStatus
from .models import Evidence, Progress

if TYPE_CHECKING:
    from ita_portal.uploads import SafeUpload


NEEDS_REASON = (ProgressStatus.DELAYED, ProgressStatus.NOT_DONE)


def _is_public_page(link: str) -> bool:
    """Whether everybody may read the page at this path of the portal, in either language."""
    path = link.partition("?")[0].partition("#")[0]
    try:
        with translation.override("th"):
            found = resolve(path.removeprefix("/en"))
    except Resolver404:
        return False
    return getattr(found.func, "login_required", True) is False and found.url_name not in ("login", "logout")


class ManyFilesInput(forms.ClearableFileInput):
    """A file field that takes several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several files, each judged by its content; cleans to a list of `SafeUpload`."""

    widget = ManyFilesInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """An empty choice is no change."""
        return bool(data)

    def clean(self, data: Any, initial: Any = None) -> list[SafeUpload]:
        files: list[UploadedFile] = (
            [file for file in (data or []) if file] if isinstance(data, list) else [data] if data else []
        )
        from ita_portal.uploads import accept_upload  # opens pictures and archives: loaded when needed

        accepted, problems = [], []
        for file in files:
            try:
                accepted.append(accept_upload(file))
            except ValidationError as error:
                problems.append(error)
        if problems:
            raise ValidationError(problems)
        return accepted


class ReportForm(forms.Form):
    """The report on one measure in one quarter: status, words, proofs, in one step."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=ProgressStatus.choices)
    result = forms.CharField(
        label=gettext_lazy("Result: what was done"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    obstacles = forms.CharField(
        label=gettext_lazy("Obstacles"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_step = forms.CharField(
        label=gettext_lazy("Next step"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    attachments = ManyFilesField(label=gettext_lazy("Add files as evidence"), required=False)
    link = forms.CharField(
        label=gettext_lazy("Add a link as evidence"), required=False, max_length=1000,
        widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )  # fmt: skip
    withdraw = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Take out of the report"), required=False, queryset=Evidence.objects.none(),
        to_field_name="public_id", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, report: Progress | None = None, **kwargs: Any) -> None:
        self.report = report
        initial = {
            "status": report.status if report else ProgressStatus.NOT_STARTED,
            "revision": report.revision if report else 0,
        }
        if report is not None:
            initial |= {name: getattr(report, name) for name in ("result", "obstacles", "next_step")}
        kwargs |= {"initial": initial, "use_required_attribute": False}
        super().__init__(*args, **kwargs)
        proofs = [proof for proof in report.evidence.all() if proof.withdrawn_at is None] if report else []
        withdraw = cast(forms.ModelMultipleChoiceField, self.fields["withdraw"])
        if self.is_bound and report is not None:
            withdraw.queryset = Evidence.objects.in_use().filter(progress=report)
        # Chosen from what was read already: a query a row would grow with the data.
        withdraw.widget.choices = [(proof.public_id, proof.title) for proof in proofs]
        self.proofs = proofs
        self._link_errors()

    def _link_errors(self) -> None:
        """Tie each message to its field (WCAG 3.3.1), before the widgets are drawn."""
        if not self.is_bound:
            return
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"{self[name].auto_id}_error",
                }

    def clean_link(self) -> str:
        """A web address, or the path of a page of this portal (`/measures/2567/areas/1/`)."""
        link: str = self.cleaned_data["link"].strip()
        if not link.isprintable() or "@" in link.partition("//")[2].partition("/")[0]:
            raise ValidationError(_("This address cannot be used as evidence."))
        if link.startswith("/"):
            if not _is_public_page(link):
                raise ValidationError(_("The portal has no public page at this address."))
        elif link:
            URLValidator(schemes=["http", "https"])(link)
        return link

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("status") in NEEDS_REASON and not (cleaned.get("obstacles") or "").strip():
            self.add_error("obstacles", _("Say why: what is delayed or was not done needs its obstacles."))
        if cleaned.get("status") == ProgressStatus.DONE and not (cleaned.get("result") or "").strip():
            self.add_error("result", _("Write what was done: a finished measure needs a result."))
        return cleaned

    @property
    def says_something(self) -> bool:
        """Whether anything was typed, chosen or attached that is not stored yet."""
        return any(name != "revision" for name in self.changed_data)
