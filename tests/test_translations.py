"""The Thai translation is complete, and the code asks for translations in a way that can work.

Nothing here needs the database or the gettext programs: `make lint` runs it too.
"""

import ast
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from . import messages

PO = messages.ROOT / "locale" / "th" / "LC_MESSAGES" / "django.po"
SAME_IN_THAI = re.compile(r"[A-Z0-9 .,·()/%:–-]*|JSON|e-Service|Word|Excel|Facebook|LINE|PDF|CSV|SHA-256")
"""Messages that may read the same in Thai: names of formats and services."""


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="th", domain="django")


@pytest.fixture(scope="module")
def used() -> list[messages.Message]:
    return messages.all_messages()


def test_messages_are_found_at_all(used: list[messages.Message]) -> None:
    """An extraction that finds nothing would let everything below pass."""
    places = {message.place.rpartition(":")[0] for message in used}
    assert {"organization/models.py", "ita_portal/fiscal.py", "ita_portal/uploads.py"} <= places
    assert any(place.startswith("templates/") for place in places)


def test_every_message_is_translated(catalogue: Catalog, used: list[messages.Message]) -> None:
    missing = []
    by_text = {(text, entry.context): entry for entry in catalogue for text in _texts(entry.id)}  # plurals have two
    for message in used:
        entry = by_text.get((message.text, message.context))
        if entry is None or not all(_texts(entry.string)):
            missing.append(f"{message.place}: {message.text!r}")
    assert not missing, f"{len(missing)} without Thai:\n" + "\n".join(missing)


def test_nothing_is_fuzzy(catalogue: Catalog) -> None:
    assert not [entry.id for entry in catalogue if entry.fuzzy and entry.id]


def test_nothing_is_left_that_no_code_uses(catalogue: Catalog, used: list[messages.Message]) -> None:
    known = {message.text for message in used}
    left = [entry.id for entry in catalogue if entry.id and not known & set(_texts(entry.id))]
    assert not left


def test_translations_are_thai(catalogue: Catalog) -> None:
    foreign = [
        entry.id
        for entry in catalogue
        if entry.id
        for text in _texts(entry.string)
        if text and not re.search("[ก-๙]", text) and not SAME_IN_THAI.fullmatch(text)
    ]
    assert not foreign


def test_placeholders_agree(catalogue: Catalog) -> None:
    wrong = [
        (entry.id, text)
        for entry in catalogue
        if entry.id
        for text in _texts(entry.string)
        if text and _placeholders(text) != _placeholders(_texts(entry.id)[0])
    ]
    assert not wrong


def test_nothing_is_built_inside_gettext() -> None:
    """An f-string or a sum is another text at every call: no catalogue can hold it."""
    built = [
        messages.place(path, call.lineno)
        for path in messages.files(".py")
        for call, _name in messages.gettext_calls(path)
        for argument in call.args[:1]
        if isinstance(argument, ast.JoinedStr | ast.BinOp | ast.Call)
    ]
    assert not built


def test_placeholders_have_names(used: list[messages.Message]) -> None:
    """`%s` cannot change its place in a sentence of another language."""
    assert not [message for message in used if re.search(r"(?<!%)%[sd]", message.text)]


def _texts(strings: str | tuple[str, ...]) -> tuple[str, ...]:
    return strings if isinstance(strings, tuple) else (strings,)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))
