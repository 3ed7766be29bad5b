"""A small HTTP client: forms with files streamed from memory, answers with their time."""

from __future__ import annotations

import http.client
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

_BLOCK = 256 * 1024
_CODE = re.compile(r'<output[^>]*id="receipt-code"[^>]*>([^<]+)</output>')


@dataclass(frozen=True, slots=True)
class Answer:
    """status 0: none came. seconds: until it was whole."""

    status: int
    text: str
    seconds: float
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The receipt code on the page, or nothing."""
        found = _CODE.search(self.text)
        return found[1].strip() if found else ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send. content: its bytes, or a size in bytes of noise made on the way."""

    name: str
    content: bytes | int


def get(port: int, path: str, cookies: dict[str, str] | None = None) -> Answer:
    """One GET on a connection of its own."""
    return _ask(port, "GET", path, {}, body=None, cookies=cookies)


def post(
    port: int,
    path: str,
    fields: dict[str, str],
    files: Iterable[File] = (),
    cookies: dict[str, str] | None = None,
) -> Answer:
    """One multipart POST on a connection of its own."""
    mark = uuid.uuid4().hex
    files = list(files)
    heads = [
        (
            f'--{mark}\r\nContent-Disposition: form-data; name="attachments"; filename="{file.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        for file in files
    ]
    part = f"--{mark}\r\nContent-Disposition: form-data; name="
    texts = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()).encode()
    end = f"--{mark}--\r\n".encode()
    sizes = [file.content if isinstance(file.content, int) else len(file.content) for file in files]
    length = len(texts) + len(end) + sum(len(head) + size + 2 for head, size in zip(heads, sizes, strict=True))

    def body() -> Iterator[bytes]:
        yield texts
        for head, file in zip(heads, files, strict=True):
            yield head
            if isinstance(file.content, int):
                block = uuid.uuid4().bytes * (_BLOCK // 16)
                left = file.content
                while left > 0:
                    yield block[: min(left, _BLOCK)]
                    left -= _BLOCK
            else:
                yield file.content
            yield b"\r\n"
        yield end

    headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Content-Length": str(length)}
    return _ask(port, "POST", path, headers, body=body(), cookies=cookies)


def many(acts: Iterable[Callable[[], Any]], clients: int) -> list[Any]:
    """Run the acts by so many clients at once; what each returned, in order."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda act: act(), acts))


class Meanwhile:
    """Clients that repeat an act for as long as the block lasts."""

    def __init__(self, act: Callable[[], Any], clients: int) -> None:
        self._act = act
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _client in range(clients)]
        self.done = 0

    def _run(self) -> None:
        while not self._over.is_set():
            self._act()
            self.done += 1

    def __enter__(self) -> Meanwhile:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def _ask(
    port: int, method: str, path: str, headers: dict[str, str], *, body: Any, cookies: dict[str, str] | None
) -> Answer:
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request(method, path, body, headers | {"Connection": "close"})
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        given = dict(line.split(";")[0].split("=", 1) for line in response.headers.get_all("Set-Cookie") or [])
        return Answer(response.status, text, time.perf_counter() - begun, given)
    except (OSError, http.client.HTTPException):
        return Answer(0, "", time.perf_counter() - begun)
    finally:
        connection.close()
