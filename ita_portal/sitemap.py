"""The map of public pages for search engines (sitemaps.org 0.9), never with anything that is not published.

Each app may hold a `sitemap.py` that adds its pages; they are found at start-up. `/sitemap.xml` names the parts, each
part names pages, with their versions in other languages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from .registry import Registry

XML_TYPE = "application/xml; charset=utf-8"
MOST = 50_000
"""Pages that a part may name (sitemaps.org)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A public page by its address without language and host. changed: when it changed last, where that is known."""

    path: str
    changed: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The pages of an app. topics: of the page cache, whose change changes the list. parts: names of its files, such as
    years; pages: of one part, in the language without a prefix."""

    topics: tuple[str, ...]
    parts: Callable[[], Iterable[str]]
    pages: Callable[[str], Iterable[Page]]


sections: Registry[Section] = Registry("section of the sitemap")


def _names() -> Iterator[tuple[str, str, Section]]:
    """Name of the file, name of the part, section: `budget-2569`, `2569`, …"""
    for key, section in zip(sections.keys(), sections, strict=True):
        yield from ((f"{key}-{part}" if part else key, part, section) for part in section.parts())


@login_not_required
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: the parts."""
    absolute = request.build_absolute_uri
    parts = [
        f"<sitemap><loc>{escape(absolute(reverse('sitemap_part', args=[name])))}</loc></sitemap>"
        for name, _part, _section in _names()
    ]
    topics = {topic for section in sections for topic in section.topics}
    return _answer("sitemapindex", "", parts, topics)


@login_not_required
@require_safe
def sitemap_part(request: HttpRequest, name: str) -> HttpResponse:
    """`/sitemap-<part>.xml`: its pages. Http404 where there is no such part."""
    found = next(((part, section) for known, part, section in _names() if known == name), None)
    if found is None:
        raise Http404(_("There is no such page."))
    part, section = found
    with override(settings.LANGUAGE_CODE):
        pages = [_entry(page, request.build_absolute_uri) for page in islice(section.pages(part), MOST)]
    return _answer("urlset", ' xmlns:xhtml="http://www.w3.org/1999/xhtml"', pages, section.topics)


def _entry(page: Page, absolute: Callable[[str], str]) -> str:
    changed = f"<lastmod>{page.changed.isoformat(timespec='seconds')}</lastmod>" if page.changed else ""
    versions = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(absolute(_in_language(page.path, code)))}/>'
        for code, _name in settings.LANGUAGES
    )
    return f"<url><loc>{escape(absolute(page.path))}</loc>{changed}{versions}</url>"


def _in_language(path: str, code: str) -> str:
    return path if code == settings.LANGUAGE_CODE else f"/{code}{path}"


def _answer(root: str, more: str, entries: Iterable[str], topics: Iterable[str]) -> HttpResponse:
    begin = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{more}>\n'
    )
    response = HttpResponse(begin + "\n".join(entries) + f"\n</{root}>\n", content_type=XML_TYPE)
    response.page_topics = tuple(sorted(topics))  # type: ignore[attr-defined] # kept like a page
    return response


sections.register(
    "portal",
    Section(
        ("organization",),
        lambda: [""],
        lambda _part: [Page(reverse(name)) for name in ("home", "accessibility", "privacy")],
    ),
)
