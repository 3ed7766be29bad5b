"""The pages in use: by keyboard, without JavaScript, on a slow line."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from .conftest import Site, Visitor
from .pages import PUBLIC, STAFF

pytestmark = pytest.mark.browser

FIRST_VISIT = 150 * 1024
"""Bytes of a first visit, everything that comes over the line."""

MARK = """() => {
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const groups = new Set();
  let count = 0;
  for (const element of document.querySelectorAll(wanted)) {
    if (!element.checkVisibility({visibilityProperty: true}) || element.disabled || element.tabIndex < 0) continue;
    if (element.type === 'radio') {
      if (groups.has(element.name)) continue;
      groups.add(element.name);
    }
    element.dataset.stop = element.type === 'radio' ? 'radio ' + element.name : String(count);
    count += 1;
  }
  document.activeElement.blur();
  window.scrollTo(0, 0);
  window.stops = [];
  window.addEventListener('keyup', () => {
    const element = document.activeElement;
    if (!element || element === document.body) return;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const stop = element.type === 'radio' ? 'radio ' + element.name : element.dataset.stop;
    window.stops.push({stop, ring, inside, html: element.outerHTML.slice(0, 120)});
  }, true);
  return [...document.querySelectorAll('[data-stop]')].map(e => [e.dataset.stop, e.outerHTML.slice(0, 120)]);
}"""
"""Names every stop of the keyboard, and notes after each key where it stands."""

BY_KEYBOARD = [
    *(("citizen", path) for path in PUBLIC),
    *(
        (person, path)
        for person, paths in STAFF.items()
        for path in paths
        if not path.startswith(("/admin/", "/assets/"))
    ),
    ("secretary", "/admin/measures/progress/"),
    # Of the asset register those with forms; the others are lists of links.
    ("staff", "/assets/loans/new/?asset={number}"),
    ("staff", "/assets/count/{year}/items/{asset}/"),
    ("head", "/assets/loans/{asked}/decide/"),
    ("assets", "/assets/desk/loans/{out}/take-back/"),
    ("assets", "/assets/register/{asset}/edit/"),
]


@pytest.mark.parametrize(("person", "path"), BY_KEYBOARD)
def test_the_keyboard_reaches_everything(visitors: dict[str, Visitor], person: str, path: str) -> None:
    visitor = visitors[person]
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 900})
    visitor.see(path)
    wanted = dict(page.evaluate(MARK))
    for _press in range(len(wanted) + 5):
        page.keyboard.press("Tab")
    stops = page.evaluate("window.stops")
    reached = {here["stop"] for here in stops}
    dim = [here["html"] for here in stops if not here["ring"]]
    outside = [here["html"] for here in stops if not here["inside"]]
    assert wanted
    assert not [html for stop, html in wanted.items() if stop not in reached], "cannot be reached"
    assert not dim, "the focus is not seen"
    assert not outside, "the focus is off the screen"


def test_the_first_stop_leads_past_the_menu(visitors: dict[str, Visitor]) -> None:
    visitor = visitors["citizen"]
    visitor.see("/measures/2567/")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"


@pytest.fixture(scope="module")
def newcomer(browser: Browser, site: Site) -> Iterator[tuple[Visitor, list[float]]]:
    """Somebody whose browser keeps nothing, so that every visit is the first; the bytes of each thing that came."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    visitor = Visitor(context, site)
    network = context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    yield visitor, sizes
    context.close()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_first_visit_is_light(newcomer: tuple[Visitor, list[float]], path: str) -> None:
    visitor, sizes = newcomer
    sizes.clear()
    visitor.see(path)
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) > 2, "the page and what belongs to it"
    assert sum(sizes) <= FIRST_VISIT
    assert not visitor.context.cookies(), "a reader is given no cookie"


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
