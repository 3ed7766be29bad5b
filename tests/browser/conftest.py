"""A real browser before the really served portal: gunicorn, compressed files, the demonstration's data.

The data are committed in a database of their own, a copy of one that is kept; each worker has one for all tests of
this package.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.signing import TimestampSigner
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from complaints.models import Officer
from complaints.services.officers import unlock_vault
from complaints.sessions import VAULT_COOKIE, start_vault
from ita_portal.fiscal import today
from organization.management.commands.serve import _state_of_static_files
from organization.models import User
from organization.portal_data import demonstration_password
from tests.migrated import alone, copied, kept_demonstration
from tests.portal.test_production import database_url

from . import places

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
START_SECONDS = 60
NOT_WANTED = (
    # Two pages of Chromium's own for each window, which cost as much as ours.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "OmniboxAimPopup",
    # Of Playwright's own list, which this one takes the place of: what moves pages or asks other hosts.
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip
"""Features of the browser that are left out."""
Size = tuple[int, int]


@dataclass(frozen=True)
class Site:
    """The served portal. `url` has no slash at its end; `sessions` are those of the cast by name, `vaults` the tokens
    of opened vaults.
    """

    url: str
    sessions: dict[str, str]
    names: dict[str, str]
    vaults: dict[str, str]

    def address(self, path: str, prefix: str = "") -> str:
        """The whole address of a path of `pages`."""
        return self.url + prefix + path.format(**self.names)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CHROMIUM names. It can reach nothing but this machine."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install one or name it by CHROMIUM")
    # Playwright keeps an event loop in this thread; Django would take the tests' queries for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--disable-features={','.join(NOT_WANTED)}",
                # A page lives for a second: compiling its scripts twice over takes longer than they run.
                "--js-flags=--no-opt --always-sparkplug",
            ],
        )
        yield found
        found.close()


@pytest.fixture(scope="package")
def site(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The portal with its real plan and the demonstration, served as `make run` serves it."""
    port = _free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "PORTAL_VAR": str(settings.PORTAL_VAR),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    _collect_static(environment)
    with django_db_blocker.unblock():
        # What the demonstration shows depends on the day, and its accounts on the password.
        kept, files = kept_demonstration(
            _fill, str(today()), demonstration_password(), Path(places.__file__).read_text()
        )
    with django_db_blocker.unblock(), copied(kept, os.environ.get("PYTEST_XDIST_WORKER", "only")):
        shutil.copytree(files / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)
        environment["DATABASE_URL"] = database_url()
        sessions = {person.username: _session(person) for person in User.objects.filter(is_demonstration=True)}
        vaults = {"integrity": _opened_vault("integrity")}
        connection.close()
        log = tmp_path_factory.mktemp("server") / "log"
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "ita_portal.wsgi:application", "--bind", f"127.0.0.1:{port}",
                 "--threads", "4", "--worker-tmp-dir", str(log.parent), "--no-control-socket"],
                env=environment, cwd=settings.BASE_DIR, stdout=output, stderr=output,
            )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, log)
            yield Site(url, sessions, json.loads((files / "names.json").read_text()), vaults)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _fill(folder: Path) -> None:
    """The demonstration, its files, and the names of its places."""
    with override_settings(MEDIA_ROOT=folder / "media"):
        settings.MEDIA_ROOT.mkdir()
        call_command("set_up_portal", "--demo")
        (folder / "names.json").write_text(json.dumps(places.names_of_places(), default=str))


class Visitor:
    """Somebody with a browser of their own. Collects what must not happen while they look around."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.context = context
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._note_request)
        self.page: Page = context.new_page()
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.scheme = ""

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith((self.site.url + "/", "data:", "blob:", "about:")):
            self.elsewhere.append(request.url)

    def _note_console(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)

    def take(self, size: Size, scheme: Literal["light", "dark"]) -> None:
        """A screen of this width and height, light or dark; every change draws all anew."""
        if not self.has(size):
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
        if self.scheme != scheme:
            self.page.emulate_media(color_scheme=scheme)
            self.scheme = scheme

    def has(self, size: Size) -> bool:
        """Whether the screen is of this size."""
        return self.page.viewport_size == {"width": size[0], "height": size[1]}

    def see(self, path: str, prefix: str = "") -> Any:
        """Open a page; no failure of the server, nothing asked of another host, nothing against the policy."""
        self.elsewhere.clear()
        self.complaints.clear()
        response = self.page.goto(self.site.address(path, prefix), wait_until="load")
        assert response is not None
        assert response.status < 500 or "/failing/500/" in path
        assert not self.elsewhere
        assert not self.complaints
        return response


@pytest.fixture(scope="package")
def visitors(browser: Browser, site: Site) -> Iterator[dict[str, Visitor]]:
    """One open browser for each of the cast, made when first asked for."""

    class Opened(dict[str, Visitor]):
        def __missing__(self, name: str) -> Visitor:
            context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
            if name != "citizen":
                context.add_cookies([{"name": "sessionid", "value": site.sessions[name], "url": site.url}])
            if name in site.vaults:
                token = TimestampSigner(salt="complaints.vault").sign(site.vaults[name])
                context.add_cookies([{"name": VAULT_COOKIE, "value": token, "url": site.url}])
            self[name] = Visitor(context, site)
            return self[name]

    opened = Opened()
    yield opened
    for visitor in opened.values():
        visitor.context.close()


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def _opened_vault(name: str) -> str:
    """The token of an opened vault: the officers' pages show complaints to nobody else."""
    officer = Officer.objects.get(user__username=name)
    return start_vault(officer, unlock_vault(officer, demonstration_password()))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _collect_static(environment: dict[str, str]) -> None:
    """As `make run` does: only where something has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    with alone("static.lock"):
        if stamp.exists() and stamp.read_text() == _state_of_static_files():
            return
        program = (
            "import django; django.setup()\n"
            "from organization.management.commands.serve import Command\n"
            "Command()._collect_static()\n"
        )
        subprocess.run([sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR, check=True)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:  # refused, reset or slow: a busy machine may take its time
            if time.monotonic() > deadline:
                pytest.fail(f"the server did not start:\n{log.read_text()}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=0.05)
                pytest.fail(f"the server ended:\n{log.read_text()}")
