"""The channel's pages for search engines. Nothing of a case has an address that is public."""

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

_PAGES = ("complaints:channel", "complaints:new", "complaints:follow", "complaints:verify", "complaints:statistics",
          "complaints:poster_places")  # fmt: skip

sections.register(
    "complaints",
    Section(("organization",), lambda: [""], lambda _part: [Page(reverse(name)) for name in _PAGES]),
)
