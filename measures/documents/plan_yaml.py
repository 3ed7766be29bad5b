"""The plan as YAML: the form for people who keep it in text files, and the exact copy inside Word and Excel files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR

from ..plan_data import AreaData, FindingData, MeasureData, PlanData, PlanFileError, PlanProblem, QuestionData
from . import limits
from .package import refuse
from .responsible import official_names
from .schedule import UnknownScheduleError, quarters_of, words_for
from .text import skeleton, tidy

MAX_BYTES = 256 * 1024
MAX_EVENTS = 20_000
"""Texts, lists and their ends. The parser is slow and makes an object of each; a real plan has some thousand."""
MAX_DEPTH = 12
_LONG = 60
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same parser in C where the package has it: ten times as fast."""


class _Dumper(yaml.SafeDumper):
    """Long texts as folded blocks, short lists on one line, Thai as it is."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


class _Row(list):
    """A list to be written on one line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=">" if len(text) > _LONG else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _Row, lambda dumper, row: dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)


def write_plan_yaml(plan: PlanData) -> bytes:
    """The plan in UTF-8. What has no value is left out."""
    areas = [
        {
            "number": area.number,
            "title": area.title,
            "questions": [{"code": question.code, "text": question.text} for question in area.questions],
            "findings": [
                _filled({"text": finding.text, "questions": _Row(finding.questions)}) for finding in area.findings
            ],
            "measures": [
                _filled(
                    {
                        "id": measure.id,
                        "text": measure.text,
                        "schedule": measure.schedule,
                        "quarters": _Row(measure.quarters),
                        "all_divisions": measure.all_divisions,
                        "divisions": list(measure.divisions),
                        "indicators": list(measure.indicators),
                    }
                )
                for measure in area.measures
            ],
        }
        for area in plan.areas
    ]
    whole = {
        "fiscal_year": plan.fiscal_year,
        "assessment_year": plan.assessment_year,
        "title": plan.title,
        "municipality": plan.municipality,
        "prepared_by": plan.prepared_by,
        "areas": areas,
        "limitations": list(plan.limitations),
    }
    written: str = yaml.dump(_filled(whole), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return written.encode()


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def read_plan_yaml(content: bytes, divisions: Mapping[str, str], fiscal_year: int | None = None) -> PlanData:
    """Read what `write_plan_yaml` writes, or a person wrote. PlanFileError with every problem and its line."""
    return _Reader(divisions, fiscal_year).read(_compose(content))


def _compose(content: bytes) -> yaml.Node:
    """The tree of nodes, built only when its events are harmless: no anchors, one document, not deep."""
    if len(content) > MAX_BYTES:
        raise refuse(_("it is larger than 256 KB"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(_("its text is not UTF-8")) from error
    depth = documents = events = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = _line(event.start_mark)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise refuse(_("anchors (&) and aliases (*) are not allowed; write the text out"), line)
            events += 1
            if events > MAX_EVENTS:
                raise refuse(_("it holds far more than a plan"), line)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > MAX_DEPTH or documents > 1:
                raise refuse(_("this does not belong in a plan file"), line)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = _("this is not valid YAML: %(problem)s") % {
            "problem": getattr(error, "problem", None) or _("characters that YAML does not allow")
        }
        raise refuse(reason, _line(mark) if mark else "") from error
    except RecursionError as error:
        raise refuse(_("this does not belong in a plan file")) from error
    if node is None:
        raise refuse(_("it is empty"))
    return node


def _line(mark: Any) -> str:
    return _("line %(line)s") % {"line": mark.line + 1}


class _Reader:
    """Walks the tree and gathers every problem before refusing."""

    def __init__(self, divisions: Mapping[str, str], fiscal_year: int | None) -> None:
        self.divisions = divisions
        self.known_divisions = {skeleton(spelling) for spelling in divisions}
        self.fiscal_year = fiscal_year
        self.problems: list[PlanProblem] = []

    def read(self, root: yaml.Node) -> PlanData:
        top = self._mapping(root, "", required=("areas",), optional=_TOP)
        year = self._year(top.get("fiscal_year"), "fiscal_year")
        if self.fiscal_year is not None and year and year != self.fiscal_year:
            self._no(top["fiscal_year"], "fiscal_year", limits.year_mismatch(year, self.fiscal_year))
        year = year or self.fiscal_year or 0
        if not year and "fiscal_year" not in top:
            self._no(root, "fiscal_year", limits.year_missing())
        analysed = self._year(top.get("assessment_year"), "assessment_year")
        if year and analysed > year:
            self._no(top["assessment_year"], "assessment_year", _("the assessment is later than the plan"))
        plan = PlanData(
            fiscal_year=year,
            title=self._text(top.get("title"), "title", limits.TITLE, limits.DEFAULT_TITLE),
            municipality=self._text(top.get("municipality"), "municipality", limits.NAME, ""),
            prepared_by=self._text(top.get("prepared_by"), "prepared_by", limits.NAME, ""),
            assessment_year=analysed,
            areas=tuple(self._area(node, path) for node, path in self._items(top.get("areas"), "areas", needed=True)),
            limitations=tuple(
                self._text(node, path, limits.TEXT) for node, path in self._items(top.get("limitations"), "limitations")
            ),
        )
        self._twice(((area.number, f"areas[{index}].number") for index, area in enumerate(plan.areas, 1)), root)
        self._twice(
            (
                (measure.id, f"areas[{at}].measures[{index}].id")
                for at, area in enumerate(plan.areas, 1)
                for index, measure in enumerate(area.measures, 1)
                if measure.id
            ),
            root,
        )
        if self.problems:
            raise PlanFileError(self.problems)
        return plan

    def _area(self, node: yaml.Node, path: str) -> AreaData:
        values = self._mapping(node, path, ("number", "title", "questions", "findings", "measures"))
        number = self._number(values.get("number"), f"{path}.number")
        if "number" in values and not 1 <= number <= limits.AREA_NUMBER:
            self._no(values["number"], f"{path}.number", _("issue areas are numbered from 1"))
        questions = self._items(values.get("questions"), f"{path}.questions", needed=True)
        quoted = tuple(self._question(item, place) for item, place in questions)
        self._twice(((question.code, f"{path}.questions") for question in quoted if question.code), node)
        findings = self._items(values.get("findings"), f"{path}.findings", needed=True)
        measures = self._items(values.get("measures"), f"{path}.measures", needed=True)
        codes = [question.code for question in quoted]
        return AreaData(
            number=number,
            title=self._text(values.get("title"), f"{path}.title", limits.AREA_TITLE),
            questions=quoted,
            findings=tuple(self._finding(item, place, codes) for item, place in findings),
            measures=tuple(self._measure(item, place) for item, place in measures),
        )

    def _question(self, node: yaml.Node, path: str) -> QuestionData:
        values = self._mapping(node, path, ("code", "text"))
        written = self._text(values.get("code"), f"{path}.code", limits.TEXT)
        code = limits.code_of(written)
        if written and code is None:
            self._no(values["code"], f"{path}.code", limits.bad_code(written))
        return QuestionData(code or "", self._text(values.get("text"), f"{path}.text", limits.TEXT))

    def _finding(self, node: yaml.Node, path: str, codes: list[str]) -> FindingData:
        values = self._mapping(node, path, ("text",), ("questions",))
        answered = []
        for item, place in self._items(values.get("questions"), f"{path}.questions"):
            written = self._text(item, place, limits.TEXT)
            code = limits.code_of(written)
            if written and code not in codes:
                self._no(item, place, _("this issue area has no question “%(code)s”") % {"code": written})
            answered.append(code or "")
        return FindingData(self._text(values.get("text"), f"{path}.text", limits.TEXT), tuple(answered))

    def _measure(self, node: yaml.Node, path: str) -> MeasureData:
        values = self._mapping(node, path, ("text",), _MEASURE)
        everyone = values.get("all_divisions")
        all_divisions = everyone is not None and self._scalar(everyone, f"{path}.all_divisions", "bool") is True
        named = [
            (self._text(item, place, limits.NAME), item, place)
            for item, place in self._items(values.get("divisions"), f"{path}.divisions")
        ]
        for name, item, place in named:
            if name and skeleton(name) not in self.known_divisions:
                self._no(item, place, limits.unknown_division(name, self.divisions))
        if bool(named) == all_divisions:
            self._no(node, path, _("say either all_divisions: true, or at least one division under divisions"))
        public_id = self._text(values.get("id"), f"{path}.id", limits.TEXT, "")
        if public_id and not limits.MEASURE_ID.fullmatch(public_id):
            self._no(values["id"], f"{path}.id", _("this is not an identifier of the portal; leave it out"))
        quarters, schedule = self._when(node, values, path)
        return MeasureData(
            text=self._text(values.get("text"), f"{path}.text", limits.TEXT),
            quarters=quarters,
            schedule=schedule,
            all_divisions=all_divisions,
            divisions=official_names([name for name, _item, _place in named], self.divisions),
            indicators=tuple(
                self._text(item, place, limits.INDICATOR)
                for item, place in self._items(values.get("indicators"), f"{path}.indicators")
            ),
            id=public_id,
        )

    def _when(self, node: yaml.Node, values: dict[str, yaml.Node], path: str) -> tuple[tuple[int, ...], str]:
        """Quarters and wording; each follows from the other where only one is given."""
        schedule = self._text(values.get("schedule"), f"{path}.schedule", limits.SCHEDULE, "")
        if "quarters" in values:
            listed = self._items(values["quarters"], f"{path}.quarters", needed=True)
            numbers = [self._number(item, place) for item, place in listed]
            if any(number not in (1, 2, 3, 4) for number in numbers) or len(set(numbers)) < len(numbers):
                self._no(values["quarters"], f"{path}.quarters", _("quarters are 1, 2, 3 or 4, each once"))
            return tuple(sorted(numbers)), schedule or words_for(sorted(numbers))
        try:
            return quarters_of(schedule), schedule
        except UnknownScheduleError:
            self._no(values.get("schedule", node), f"{path}.schedule", limits.unknown_schedule(schedule))
            return (), schedule

    def _mapping(
        self, node: yaml.Node, path: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._no(node, path, _("names with values are expected here"))
            return {}
        values: dict[str, yaml.Node] = {}
        allowed = (*required, *optional)
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            here = f"{path}.{name}" if path else name
            if name not in allowed:
                self._no(key, here, _("this name is not known; known are: %(names)s") % {"names": ", ".join(allowed)})
            elif name in values:
                self._no(key, here, _("this is written twice"))
            else:
                values[name] = value
        for name in required:
            if name not in values:
                self._no(node, f"{path}.{name}" if path else name, _("this is missing"))
        return values

    def _items(self, node: yaml.Node | None, path: str, *, needed: bool = False) -> list[tuple[yaml.Node, str]]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._no(node, path, _("a list is expected here"))
            return []
        if needed and not node.value:
            self._no(node, path, _("this is empty"))
        return [(item, f"{path}[{index}]") for index, item in enumerate(node.value, start=1)]

    def _scalar(self, node: yaml.Node, path: str, kind: str) -> Any:
        if not isinstance(node, yaml.ScalarNode) or node.tag != f"tag:yaml.org,2002:{kind}":
            self._no(node, path, _EXPECTED[kind]())
            return None
        if kind == "str":
            return node.value
        if kind == "bool":
            return node.value.lower() in ("true", "yes", "on")
        # Plain decimals only: YAML's octal, binary and base-60 numbers are traps.
        if not node.value.isascii() or not node.value.isdigit() or len(node.value) > 9 or node.value.startswith("0"):
            self._no(node, path, _EXPECTED[kind]())
            return None
        return int(node.value)

    def _number(self, node: yaml.Node | None, path: str) -> int:
        return 0 if node is None else self._scalar(node, path, "int") or 0

    def _year(self, node: yaml.Node | None, path: str) -> int:
        year = self._number(node, path)
        if node is not None and year and not FIRST_YEAR <= year <= LAST_YEAR:
            self._no(node, path, limits.bad_year(year))
        return year

    def _text(self, node: yaml.Node | None, path: str, limit: int, default: str | None = None) -> str:
        """A tidy text. default: for a text that may be missing; a text that is there may not be empty."""
        if node is None:
            return default or ""
        written = self._scalar(node, path, "str")
        if written is None:
            return ""
        text = tidy(written)
        if not text:
            self._no(node, path, _("this is empty"))
        elif len(text) > limit:
            self._no(node, path, limits.too_long(limit))
        return text

    def _twice(self, values: Iterator[tuple[Any, str]] | Any, node: yaml.Node) -> None:
        seen = set()
        for value, path in values:
            if value in seen:
                self._no(node, path, limits.twice(value))
            seen.add(value)

    def _no(self, node: yaml.Node, path: str, reason: str) -> None:
        line = _line(node.start_mark)
        self.problems.append(PlanProblem(f"{line}, {path}" if path else line, reason))


_TOP = ("fiscal_year", "assessment_year", "title", "municipality", "prepared_by", "limitations")
_MEASURE = ("id", "schedule", "quarters", "all_divisions", "divisions", "indicators")
_EXPECTED = {
    "str": lambda: _("a text is expected here; put numbers and dates in quotes"),
    "int": lambda: _("a whole number is expected here"),
    "bool": lambda: _("true or false is expected here"),
}
