"""Every message of the code, found without gettext's programs.

Python by its syntax tree, templates by Django's own `templatize`, the function behind `makemessages`.
"""

import ast
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".venv", "var", "tests", "bench", "tools", "node_modules", ".git", "migrations", "deploy", "docs"}

PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}


@dataclass(frozen=True, order=True)
class Message:
    """A message and where it stands."""

    place: str
    text: str
    context: str | None = None


def files(*suffixes: str) -> Iterator[Path]:
    """The portal's own files of these kinds, sorted."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - NOT_OURS)
        yield from (Path(folder) / name for name in sorted(names) if Path(name).suffix in suffixes)


def place(path: Path, line: int) -> str:
    """`measures/forms.py:12`."""
    return f"{path.relative_to(ROOT)}:{line}"


def gettext_calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Calls that translate, each with the function's true name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {name: name for name in PLAIN | WITH_CONTEXT | PLURAL}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if names.get(called) in PLAIN | WITH_CONTEXT | PLURAL:
                yield node, names[called]


def in_python() -> Iterator[Message]:
    """Messages of the modules."""
    for path in files(".py"):
        for call, name in gettext_calls(path):
            words = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            texts = [word for word in words if isinstance(word, str)]
            if not texts:
                continue
            context = texts.pop(0) if "pgettext" in name else None
            for text in texts[: 2 if name in PLURAL else 1]:
                yield Message(place(path, call.lineno), text, context)


def in_templates() -> Iterator[Message]:
    """Messages of the templates: what is not a message is blanked out, the rest reads like Python."""
    keywords = [*PLAIN, *WITH_CONTEXT, *PLURAL]
    for path in files(".html", ".txt"):
        source = path.read_text(encoding="utf-8")
        if "templates" not in path.parts:
            continue
        flat = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
        for line, function, found, _comments in extract_python(
            io.BytesIO(flat.encode()), keywords, (), {"encoding": "utf-8"}
        ):
            texts = [text for text in (found if isinstance(found, tuple) else (found,)) if text]
            context = texts.pop(0) if function and "pgettext" in function else None
            for text in texts[: 2 if function in PLURAL else 1]:
                yield Message(place(path, line), text, context)


def all_messages() -> list[Message]:
    """Everything that must be translated."""
    return sorted({*in_python(), *in_templates()}, key=lambda message: (message.place, message.text))
