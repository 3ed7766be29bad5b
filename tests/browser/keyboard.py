"""A page by keyboard alone: every stop is reached, and one sees where one is."""

from playwright.sync_api import Page

from .pages import PUBLIC, STAFF

BY_KEYBOARD = {
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
}
"""Who walks through which page."""

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


def walk(page: Page) -> list[str]:
    """Tab through the whole page; what is wrong, each on a line. A page without a stop is wrong, too."""
    wanted = dict(page.evaluate(MARK))
    for _press in range(len(wanted) + 5):
        page.keyboard.press("Tab")
    stops = page.evaluate("window.stops")
    reached = {here["stop"] for here in stops}
    return [
        *([] if wanted else ["the keyboard finds nothing"]),
        *(f"cannot be reached: {html}" for stop, html in wanted.items() if stop not in reached),
        *(f"the focus is not seen: {here['html']}" for here in stops if not here["ring"]),
        *(f"the focus is off the screen: {here['html']}" for here in stops if not here["inside"]),
    ]
