"""Published versions: to read, never to change."""

import datetime as dt
import re

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ita_portal.thai import long_date

from ..models import PlanVersion, ProgressVersion

_LONGEST = 60
_HANGING = re.compile("[ะ-ฺๅ-๎]")
_LEADING = "เแโใไ"


def shortened(text: str) -> str:
    """At most 60 characters, cut at a space where one is near, never between a letter and its marks."""
    text = " ".join(text.split())
    if len(text) <= _LONGEST:
        return text
    end = text.rfind(" ", _LONGEST // 2, _LONGEST)
    if end < 0:
        end = _LONGEST - 1
        while end > 1 and (_HANGING.match(text[end]) or text[end - 1] in _LEADING):
            end -= 1
    return f"{text[:end]}…"


def moment_words(moment: dt.datetime) -> str:
    """`23 พฤศจิกายน 2569 เวลา 04.12 น.`, in English `23 November 2569 BE, 04:12`."""
    local = timezone.localtime(moment)
    if (get_language() or "th").startswith("th"):
        return f"{long_date(moment)} เวลา {local:%H.%M} น."
    return f"{long_date(moment)}, {local:%H:%M}"


class ReadOnlyAdmin(admin.ModelAdmin):
    """Only looks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Publishing is an act of its own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was published stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was published stays."""
        return False

    @admin.display(description=_("published at"), ordering="published_at")
    def published_on(self, version: PlanVersion | ProgressVersion) -> str:
        """When, in the Buddhist Era."""
        return moment_words(version.published_at)


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    """Published plans."""

    list_display = ("fiscal_year", "number", "published_on", "published_by", "is_current")
    list_filter = ("fiscal_year", "is_current")
    list_select_related = ("published_by",)
    exclude = ("content",)


@admin.register(ProgressVersion)
class ProgressVersionAdmin(ReadOnlyAdmin):
    """Published reports."""

    list_display = ("measure_words", "quarter", "number", "status", "published_on", "published_by", "is_current")
    list_filter = ("plan__fiscal_year", "quarter", "status", "is_current")
    list_select_related = ("measure__area", "published_by")

    @admin.display(description=_("measure"), ordering="measure")
    def measure_words(self, version: ProgressVersion) -> str:
        """`(3) จัดทำ…`: the number of the issue area and the measure, short enough for a line or two."""
        return f"({version.measure.area.number}) {shortened(version.measure.text)}"
