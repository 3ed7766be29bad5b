"""The rules of the house that a reader cannot see in one file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template.loader import get_template

from . import messages
from .messages import ROOT, place

MAY_IMPORT: dict[str, set[str]] = {
    "ita_portal": set(),
    "organization": {"ita_portal"},
    "measures": {"ita_portal", "organization"},
}
"""The arrows. A later app stands on `measures` and imports no other app of its storey."""
UPPER_STOREY = {"ita_portal", "organization", "measures"}
COMPOSITION = {"ita_portal/urls.py"}
"""Where the portal is put together: it knows every app by duty."""

LONGEST_FILE = 600
GENERATED = re.compile(r"/migrations/|^tests/vendor/|\.min\.")


def _apps() -> list[str]:
    """The portal's own packages."""
    own = [config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT)]
    return [name for name in own if ".venv" not in apps.get_app_config(name.rpartition(".")[2]).path]


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """The first part of what a module imports, relative imports resolved."""
    package = path.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, package if node.level else (node.module or "").partition(".")[0]


def test_the_apps_are_known() -> None:
    assert {"ita_portal", "organization", "measures"} <= set(_apps())


def test_arrows_point_one_way() -> None:
    own, wrong = set(_apps()), []
    for path in messages.files(".py"):
        name = path.relative_to(ROOT).as_posix()
        package = name.partition("/")[0]
        if package not in own or name in COMPOSITION:
            continue
        allowed = MAY_IMPORT.get(package, UPPER_STOREY) | {package}
        wrong += [f"{place(path, line)} {what}" for line, what in _imports(path) if what in own - allowed]
    assert not wrong


def test_apps_offer_querysets_and_services_never_views() -> None:
    own, wrong = set(_apps()), []
    for path in messages.files(".py"):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level and name not in COMPOSITION:
                package, _, rest = (node.module or "").partition(".")
                if package in own - {name.partition("/")[0]} and rest.partition(".")[0] == "views":
                    wrong.append(place(path, node.lineno))
    assert not wrong


def test_no_file_is_too_long_to_hold_in_the_head() -> None:
    long = {}
    for suffix in (".py", ".html", ".js", ".css", ".typ"):
        for path in (*messages.files(suffix), *(ROOT / "tests").rglob(f"*{suffix}")):
            name = path.relative_to(ROOT).as_posix()
            if not GENERATED.search(name) and not name.startswith("static/vendor/"):
                length = len(path.read_text(encoding="utf-8").splitlines())
                if length > LONGEST_FILE:
                    long[name] = length
    assert not long


def _templates() -> list[Path]:
    return [path for path in messages.files(".html", ".txt") if "templates" in path.parts]


COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.S)
FETCH = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import\s")
FORBIDDEN = {
    "a script inside the page": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style inside the page": re.compile(r"<style|\sstyle\s*=", re.I),
    "a handler inside the page": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "an address that runs code": re.compile(r"javascript:", re.I),
    "something fetched from elsewhere": re.compile(
        r"<(?:script|img|iframe|link|source|video|audio|object|embed|use)\b[^>]*(?:src|href|data)\s*=\s*[\"'](?:https?:)?//",
        re.I,
    ),
    "text that is not escaped": re.compile(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_templates_hold_nothing_that_the_policy_forbids(what: str) -> None:
    found = []
    for path in _templates():
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in FORBIDDEN[what].finditer(text)]
    assert not found


def test_the_patterns_above_find_what_they_forbid() -> None:
    samples = {
        "a script inside the page": "<script>x</script>",
        "a style inside the page": '<p style="color:red">',
        "a handler inside the page": '<a onclick="x()">',
        "an address that runs code": '<a href="javascript:x()">',
        "something fetched from elsewhere": '<link rel="stylesheet" href="//cdn.example/x.css">',
        "text that is not escaped": "{{ x|safe }}",
    }
    for what, sample in samples.items():
        assert FORBIDDEN[what].search(sample), what
    assert not FORBIDDEN["a script inside the page"].search('<script type="module" src="/static/a.js">')


def test_styles_fetch_nothing_from_elsewhere() -> None:
    css = [path for path in messages.files(".css") if "static" in path.parts]
    assert css
    assert not [path for path in css if FETCH.search(path.read_text("utf-8"))]


def test_every_template_compiles() -> None:
    for path in _templates():
        name = path.as_posix().rpartition("/templates/")[2]
        get_template(name)


def test_every_model_is_named_in_a_test() -> None:
    words = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    models = [
        model.__name__
        for name in _apps()
        for model in apps.get_app_config(name.rpartition(".")[2]).get_models()
        if not model.__name__.endswith("Event")
    ]
    assert models
    assert not [name for name in models if not re.search(rf"\b{name}(?:Factory)?\b", words)]


def test_migrations_are_up_to_date(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_migrations_have_names() -> None:
    assert not [path for path in ROOT.glob("*/migrations/0*.py") if "_auto_" in path.name]
