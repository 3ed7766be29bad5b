"""No page puts up a barrier: axe finds none, in both languages, light and dark, on a telephone and on a desk; and the
keyboard reaches everything.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from .conftest import Visitor
from .keyboard import BY_KEYBOARD, walk
from .pages import LANGUAGE_AND_PLACE, LANGUAGES

pytestmark = pytest.mark.browser

AXE_FILE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
AXE = AXE_FILE.read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""All that can differ between light and dark."""
OF_PLACES = [*OF_COLOURS, "target-size", "scrollable-region-focusable"]
"""All that can differ with the length of the words on a small screen."""
RUN = """([rules, skipped]) => axe.run(document, {
  runOnly: rules, resultTypes: ['violations'], rules: Object.fromEntries(skipped.map(id => [id, {enabled: false}])),
  preload: rules.length > 5,
})"""
"""Style sheets are read for all rules together only: no rule of colours or places looks into them."""
NOT_OURS = ["empty-table-header"]
"""Of the back office: the admin's own tables of rows leave the corner empty. It bars nobody (best practice only)."""
STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
  document.adoptedStyleSheets.push(sheet);
}"""
"""Colours are judged as they stay, not on their way from light to dark."""
DESK, TELEPHONE = (1280, 900), (360, 740)
LOOKS = {
    "th": ((DESK, "light", RULES), (TELEPHONE, "dark", OF_PLACES)),
    "en": ((TELEPHONE, "light", RULES),),
}
"""What is looked for in each language. Both have the same parts: each rule is tried on both screens, and what words or
colours can change in both languages and schemes. The colours of a scheme are the same on every screen."""


def found(results: dict[str, Any]) -> list[str]:
    """Each barrier on a line: what, where, why."""
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')} {node['html'][:160]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("language", "person", "path"), LANGUAGE_AND_PLACE)
def test_a_page_without_barriers(visitors: dict[str, Visitor], language: str, person: str, path: str) -> None:
    visitor = visitors[person]
    page = visitor.page
    skipped = NOT_OURS if "/admin/" in path else []
    # First on the screen that the page before was seen on.
    looks = sorted(LOOKS[language], key=lambda look: not visitor.has(look[0]))
    visitor.take(*looks[0][:2])
    visitor.see(path, LANGUAGES[language])
    assert page.locator("html").get_attribute("lang") == language
    # By its address, so that it is read once for many pages.
    page.add_script_tag(url=f"{visitor.site.url}/{AXE_FILE.name}")
    page.evaluate(STILL)
    barriers = []
    for (width, height), scheme, rules in looks:
        visitor.take((width, height), scheme)
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            barriers.append(f"{width} px: the page is {across} px wide and scrolls sideways")
        barriers += [f"{scheme}, {width} px: {line}" for line in found(page.evaluate(RUN, [rules, skipped]))]
        if rules is RULES and language == "th" and (person, path) in BY_KEYBOARD:
            barriers += walk(page)
    assert not barriers, "\n".join(barriers)


def test_whoever_walks_by_keyboard_looks_at_the_page() -> None:
    assert {("th", *place) for place in BY_KEYBOARD} <= set(LANGUAGE_AND_PLACE)


def test_axe_finds_what_is_there_to_find(browser: Browser) -> None:
    """A check that cannot fail would prove nothing."""
    page = browser.new_page()
    page.set_content('<html><body><img src="data:,"><p style="color:#bbb;background:#fff">pale</p></body></html>')
    page.evaluate(AXE)
    ids = {violation["id"] for violation in page.evaluate(RUN, [RULES, []])["violations"]}
    page.close()
    assert {"image-alt", "color-contrast", "html-has-lang", "document-title"} <= ids
