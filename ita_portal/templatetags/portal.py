"""Tags of the pages' frame: icons, the menu, the other language, share addresses."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.forms import BoundField, Select
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from ..navigation import menu_items

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """The shape `name` of the sprite. It is decoration: the word beside it speaks."""
    css = f"icon {classes}".strip()
    sprite = static("img/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        sprite,
        name,
    )


@register.simple_tag
def thai() -> SafeString:
    """` lang="th"` for text that the municipality wrote, on pages in another language."""
    return mark_safe("" if get_language() == "th" else ' lang="th"')  # noqa: S308 - two constants


@register.simple_tag(takes_context=True)
def language_versions(context: template.Context) -> list[dict[str, Any]]:
    """This page in every language: code, own name, url, is_current. Without a request: the home pages."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request is not None and request.resolver_match else reverse("home")
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "url": translate_url(here, code),
            "is_current": code == get_language(),
        }
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def main_menu(context: template.Context) -> list[dict[str, Any]]:
    """The menu: title, url, current (`page` for this very page, `true` for one below it, or empty)."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request is not None else ""
    home = reverse("home")
    entries = []
    for item in menu_items():
        url = reverse(item.url_name)
        below = url != home and path.startswith(url)
        entries.append({"title": item.title, "url": url, "current": "page" if path == url else "true" if below else ""})
    return entries


@register.simple_tag(takes_context=True)
def absolute_url(context: template.Context) -> str:
    """This page's address as others can open it, filters included."""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri()


@register.simple_tag(takes_context=True)
def share_links(context: template.Context) -> list[dict[str, str]]:
    """Addresses that hand this page to LINE and Facebook. Plain links: nothing of theirs is loaded here."""
    here = absolute_url(context)
    return [
        {"name": "LINE", "url": "https://social-plugins.line.me/lineit/share?" + urlencode({"url": here})},
        {"name": "Facebook", "url": "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": here})},
    ]


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget with the portal's look; Django ties help and errors to it (`aria-describedby`)."""
    widget = field.field.widget
    look = "form-select" if isinstance(widget, Select) else "form-control"
    classes = [widget.attrs.get("class", ""), look, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


_FILE_TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "text/csv": "CSV",
    "text/plain": "TXT",
    "application/zip": "ZIP",
}


@register.filter
def file_type(content_type: str) -> str:
    """What people call a kind of file: `application/pdf` → `PDF`."""
    return _FILE_TYPES.get(content_type, content_type.rpartition("/")[2].upper())


@register.filter
def short_hash(sha256: str) -> str:
    """The first twelve signs of a digest: enough to compare by eye."""
    return sha256[:12]
