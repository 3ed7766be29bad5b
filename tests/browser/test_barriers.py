"""No page puts up a barrier: axe finds none, in both languages, light and dark, on a telephone and on a desk."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import Visitor
from .pages import EVERYWHERE, LANGUAGES

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
SCREENS = ((1280, 900), (360, 740))


def found(results: dict[str, Any]) -> list[str]:
    """Each barrier on a line: what, where, why."""
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')} {node['html'][:160]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("person", "path"), EVERYWHERE)
def test_a_page_without_barriers(visitors: dict[str, Visitor], person: str, path: str, language: str) -> None:
    visitor = visitors[person]
    page = visitor.page
    visitor.see(path, LANGUAGES[language])
    assert page.locator("html").get_attribute("lang") == language
    page.evaluate(AXE)
    barriers = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            barriers.append(f"{width} px: the page is {across} px wide and scrolls sideways")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            barriers += [f"{scheme}, {width} px: {line}" for line in found(page.evaluate(RUN, RULES))]
    assert not barriers, "\n".join(barriers)


def test_axe_finds_what_is_there_to_find(visitors: dict[str, Visitor]) -> None:
    """A check that cannot fail would prove nothing."""
    page = visitors["citizen"].page
    page.set_content('<html><body><img src="data:,"><p style="color:#bbb;background:#fff">pale</p></body></html>')
    page.evaluate(AXE)
    ids = {violation["id"] for violation in page.evaluate(RUN, RULES)["violations"]}
    assert {"image-alt", "color-contrast", "html-has-lang", "document-title"} <= ids
