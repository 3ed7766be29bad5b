"""How open files are answered: small ones are kept like pages, large ones are sent while they are made."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from django.db import connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, quote_etag

from ita_portal.page_cache import generations

from ..page_topics import TOPIC

SMALL = 8 * 1024 * 1024
"""Bytes of a file that is kept in memory, zipped to about a tenth; of a larger one nothing is."""
_UNZIPPED = 8
"""Who takes no zipped answer has the kept one in full: a file is large for them that much earlier."""
_FORM = 1
"""Of the files: counted up when they say the same data otherwise."""


@contextmanager
def one_state() -> Iterator[None]:
    """All that is read within it is of one moment, whatever is published meanwhile: sums and lines of a file agree."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def of_one_state(make: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    """The pieces that `make` reads from the database, all of one moment."""
    with one_state():
        yield from make()


def send_pieces(request: HttpRequest, pieces: Iterator[bytes], content_type: str, name: str = "") -> HttpResponseBase:
    """The pieces as one file. name: under which it is saved; shown in the browser without one."""
    begun: list[bytes] = []
    length, small = 0, SMALL if "gzip" in request.headers.get("Accept-Encoding", "") else SMALL // _UNZIPPED
    for piece in pieces:
        begun.append(piece)
        length += len(piece)
        if length > small:
            # Asked for the head alone, the rest is not read.
            whole = iter(()) if request.method == "HEAD" else itertools.chain(_emptied(begun), pieces)
            large = StreamingHttpResponse(whole, content_type=content_type)
            # A reader who goes away ends what is still read from the database.
            large._resource_closers.append(pieces.close)  # type: ignore[attr-defined]
            return _described(large, request, name)
    return _described(HttpResponse(b"".join(begun), content_type=content_type), request, name)


def send_file(request: HttpRequest, file: IO[bytes], content_type: str, name: str) -> HttpResponseBase:
    """A file that was made on disk."""
    whole = file.read(SMALL + 1)
    if len(whole) <= SMALL:
        file.close()
        return _described(HttpResponse(whole, content_type=content_type), request, name)
    file.seek(0)
    return _described(FileResponse(file, content_type=content_type), request, name)


def _emptied(pieces: list[bytes]) -> Iterator[bytes]:
    pieces.reverse()
    while pieces:
        yield pieces.pop()


def _described(response: HttpResponseBase, request: HttpRequest, name: str) -> HttpResponseBase:
    if name:
        response.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    # Public data, the same for everybody: pages of others may read them.
    response.headers["Access-Control-Allow-Origin"] = "*"
    if response.streaming:
        now = generations()
        mark = f"{_FORM} {now.get(TOPIC, 0)} {now.get('organization', 0)} {request.build_absolute_uri()}"
        response.headers["ETag"] = quote_etag(hashlib.sha256(mark.encode()).hexdigest()[:32])
    return response
