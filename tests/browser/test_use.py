"""The pages in use: by keyboard, without JavaScript, on a slow line."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from .conftest import Site, Visitor
from .keyboard import walk
from .pages import PUBLIC

pytestmark = pytest.mark.browser

FIRST_VISIT = 150 * 1024
"""Bytes of a first visit, everything that comes over the line."""


BAD = {
    "a link that is not seen": ('<a href="#" style="outline: none">a</a>', "the focus is not seen"),
    "a link off the screen": ('<a href="#" style="position: fixed; left: -999px">a</a>', "the focus is off the screen"),
    "a link that is passed over": (
        '<a href="#">a</a><a href="#" onfocus="this.previousElementSibling.focus()">b</a>', "cannot be reached",
    ),
    "nothing": ("<p>a</p>", "the keyboard finds nothing"),
}  # fmt: skip


def test_the_walk_by_keyboard_finds_what_is_wrong(browser: Browser) -> None:
    """Every page is walked through in `test_barriers`; a walk that finds nothing would prove nothing."""
    page = browser.new_page()
    page.set_content('<a href="#">a</a><button>b</button>')
    good = walk(page)
    found = {}
    for name, (html, _wanted) in BAD.items():
        page.set_content(html)
        found[name] = "\n".join(walk(page))
    page.close()
    assert not good
    assert {name: wanted for name, (_html, wanted) in BAD.items() if wanted not in found[name]} == {}


def test_the_first_stop_leads_past_the_menu(visitors: dict[str, Visitor]) -> None:
    visitor = visitors["citizen"]
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.see("/measures/2567/")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"


class Newcomer(Visitor):
    """Somebody whose browser keeps nothing, so that every visit is the first; the bytes of each thing that came."""

    def __init__(self, browser: Browser, site: Site) -> None:
        super().__init__(browser.new_context(viewport={"width": 360, "height": 740}), site)
        self.sizes: dict[str, float] = {}
        self.under_way: set[str] = set()
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.requestWillBeSent", lambda event: self.under_way.add(event["requestId"]))
        network.on("Network.loadingFailed", lambda event: self.under_way.discard(event["requestId"]))
        network.on("Network.loadingFinished", self._note_end)

    def _note_end(self, event: dict[str, Any]) -> None:
        self.under_way.discard(event["requestId"])
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def visit(self, path: str) -> list[float]:
        """The bytes of the page and of all that it asks for."""
        self.sizes.clear()
        self.see(path)
        for _look in range(200):
            # What is asked for once the page stands is asked for by now.
            self.page.evaluate("new Promise(seen => requestAnimationFrame(() => setTimeout(seen)))")
            if not self.under_way:
                return list(self.sizes.values())
        raise AssertionError(f"{path} does not come to an end")


@pytest.fixture(scope="module")
def newcomer(browser: Browser, site: Site) -> Iterator[Newcomer]:
    """For all first visits."""
    newcomer = Newcomer(browser, site)
    yield newcomer
    newcomer.context.close()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_first_visit_is_light(newcomer: Newcomer, path: str) -> None:
    sizes = newcomer.visit(path)
    assert len(sizes) > 2, "the page and what belongs to it"
    assert sum(sizes) <= FIRST_VISIT
    assert not newcomer.context.cookies(), "a reader is given no cookie"


def test_without_javascript_one_gets_everywhere(browser: Browser, site: Site) -> None:
    """From the front page to the history of a measure, by links alone."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    try:
        page = context.new_page()
        page.goto(site.address("/"))
        for step in ("/measures/2567/", "/measures/2567/areas/1/", "/measures/2567/measures/"):
            link = page.locator(f'main a[href^="{step}"]').first
            target = link.get_attribute("href")
            page.goto(f"{site.url}{target}")
            assert page.locator("h1").is_visible()
        for path in PUBLIC:
            response = page.goto(site.address(path))
            assert response is not None
            assert response.ok
            assert page.locator("main h1").is_visible()
    finally:
        context.close()


def test_without_javascript_one_signs_in_and_out(browser: Browser, site: Site) -> None:
    from organization.portal_data import demonstration_password

    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(site.address("/accounts/login/"))
        page.locator("input[name=username]").fill("secretary")
        page.locator("input[name=password]").fill(demonstration_password())
        page.locator("main button[type=submit]").click()
        assert page.url == site.address("/staff/")
        page.locator('form[action="/accounts/logout/"] button').click()
        page.goto(site.address("/staff/"))
        assert "/accounts/login/" in page.url
    finally:
        context.close()


def test_every_link_of_the_public_pages_leads_somewhere(visitors: dict[str, Visitor], site: Site) -> None:
    visitor = visitors["citizen"]
    targets: dict[str, str] = {}
    for path in PUBLIC:
        visitor.see(path)
        for target in visitor.page.evaluate("[...document.links].map(link => link.href.split('#')[0])"):
            if target.startswith(site.url):
                targets.setdefault(target, path)
    broken = {
        target: (status, f"on {path}")
        for target, path in targets.items()
        if (status := visitor.context.request.get(target).status) != 200
    }
    assert len(targets) > len(PUBLIC)
    assert not broken
