"""Cached public pages that are never stale.

Every change of what the public can see bumps the *generation* of its topic, by a database trigger and in the same
transaction (`organization.models.PageTopic`). A cached page is filed under the generations of its topics; one
small query reads them before the page is looked up. So a published change shows on the very next request, from
every process, and nothing has to be told to forget.

Only whole responses to visitors without a cookie of the portal are kept: nothing of a person can get in.
"""

import functools
import gzip
import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import quote_etag

from .fiscal import today

Topics = tuple[str, ...]
_PRIVATE_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
_PARAMETERS = frozenset(
    {
        "after", "before", "digits", "division", "group", "instrument", "kind", "method", "month", "plan", "programme",
        "quarter", "size", "source", "status", "year",
    }
)  # fmt: skip
"""What public pages read of a query. Any other would keep the same page once more, and drive others out."""
_WORDS = "q"
"""Words that are looked for: such pages have a small cache of their own."""


def public_page(*topics: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a view whose response depends on nothing but the address, the day and the data of `topics`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.page_topics = topics  # type: ignore[attr-defined]
            return response

        return marked

    return decorate


def generations() -> dict[str, int]:
    """The generation of every topic, as committed now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, generation FROM organization_pagetopic")
        return dict(cursor.fetchall())


class PageCacheMiddleware:
    """Answers from the cache before anything else runs, and files what may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._cacheable_request(request):
            return self.get_response(request)
        try:
            address = self._address(request)
        except DisallowedHost:
            return self.get_response(request)  # refused further in, where answers get their security headers
        cache = caches["searches" if _WORDS in request.GET else "pages"]
        topics: Topics | None = cache.get(f"topics:{address}")
        if topics is None and not self._may_become_page(request):
            return self.get_response(request)
        # Read before the page is made: content newer than its label is harmless, the reverse would be stale.
        now = generations()
        if topics is not None:
            kept = cache.get(self._key(address, topics, now))
            if kept is not None:
                return self._restore(request, kept)
        response = self.get_response(request)
        self._file(cache, address, now, response)
        return self._conditional(request, response)

    @staticmethod
    def _cacheable_request(request: HttpRequest) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and not any(name in request.COOKIES for name in _PRIVATE_COOKIES)
            and _is_plain_query(request)
        )

    @staticmethod
    def _may_become_page(request: HttpRequest) -> bool:
        return not request.path.startswith((settings.STATIC_URL, "/healthz", "/admin/", "/en/admin/", "/staff/"))

    @staticmethod
    def _address(request: HttpRequest) -> str:
        # The same for HEAD as for GET: the server leaves the body away.
        zipped = "gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else "plain"
        whole = f"{request.scheme} {request.get_host()} {request.get_full_path()} {zipped}"
        return hashlib.sha256(whole.encode()).hexdigest()

    @staticmethod
    def _key(address: str, topics: Topics, now: dict[str, int]) -> str:
        return f"page:{address}:{today()}:{','.join(f'{topic}={now.get(topic, 0)}' for topic in topics)}"

    def _file(self, cache: BaseCache, address: str, now: dict[str, int], response: HttpResponse) -> None:
        topics = getattr(response, "page_topics", None)
        if topics is None or response.status_code != 200 or response.streaming or response.cookies:
            return
        if not response.content:  # to HEAD a view may answer without a body: that is not what GET gets
            return
        # Kept by nobody without asking again: a change must show on the next request.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["ETag"] = _etag(response)
        cache.set(f"topics:{address}", topics)
        cache.set(self._key(address, topics, now), (response.content, dict(response.headers)))

    def _restore(self, request: HttpRequest, kept: tuple[bytes, dict[str, str]]) -> HttpResponse:
        content, headers = kept
        return self._conditional(request, HttpResponse(content, headers=headers))

    @staticmethod
    def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        etag = response.headers.get("ETag")
        if etag and etag in request.headers.get("If-None-Match", ""):
            kept = {name: value for name, value in response.headers.items() if not name.startswith("Content-")}
            kept["Content-Security-Policy"] = response.headers.get("Content-Security-Policy", "")
            unchanged = HttpResponseNotModified(headers={name: value for name, value in kept.items() if value})
            unchanged._resource_closers += response._resource_closers  # type: ignore[attr-defined] # a file, opened in vain
            return unchanged
        return response


def _is_plain_query(request: HttpRequest) -> bool:
    """Known parameters, each once, written in the one way: `?&&quarter=1` is no page of its own."""
    asked = request.GET.lists()
    if any(name not in _PARAMETERS | {_WORDS} or len(values) > 1 for name, values in asked):
        return False
    return request.META.get("QUERY_STRING", "").replace("%20", "+") == request.GET.urlencode()


def _etag(response: HttpResponse) -> str:
    """By what the page says, not by its zipped bytes: these differ from process to process (against BREACH)."""
    if response.headers.get("Content-Encoding") == "gzip":
        return "W/" + quote_etag(hashlib.sha256(gzip.decompress(response.content)).hexdigest()[:32])
    return quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
