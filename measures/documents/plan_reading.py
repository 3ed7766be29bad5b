"""What the words of the official table mean: from its cells to the plan.

A file that the portal wrote carries an exact copy of its plan. What a person sees in the file always wins over that
copy; but where both say the same, but for spaces, line breaks or Thai digits, the copy's spelling and everything
that the table does not show (identifiers, figures, which question a finding answers) is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR

from ..matching import pair
from ..plan_data import AreaData, FindingData, MeasureData, PlanData, PlanFileError, PlanProblem, QuestionData
from . import limits
from .plan_blocks import PlanBlocks, gather, in_column
from .plan_table import (
    HEADINGS,
    Cell,
    Line,
    RawArea,
    Row,
    Step,
    Structure,
    closing_lines,
    cover_lines,
    structure_as_written,
    structure_of,
)
from .plan_yaml import read_plan_yaml
from .responsible import divisions_in, means_everybody
from .schedule import UnknownScheduleError, quarters_of, tidy_wording
from .text import join_soft, marker_kind, may_hold_entries, skeleton, tidy, without_marker

_YEAR = re.compile(r"(?:ปีงบประมาณ|ประจำปี)(?:\(?พ\.?ศ\.?\)?)?(2[4-7]\d\d)(?!\d)")
_YEAR_PHRASE = re.compile(r"\s*(?:ประจำ)?ปี(?:งบประมาณ)?\s*(?:พ\.?\s*ศ\.?)?\s*[2๒][0-9๐-๙]{3}\s*$")
_MUNICIPALITY = ("เทศบาล", "องค์การบริหารส่วน", "เมืองพัทยา", "อบต.", "อบจ.")
_OFFICE = re.compile(r"จัดทำโดย\s*:?\s*(.*)")
_CODE = re.compile(r"(\S[\s-]{0,2}[0-9๐-๙]{1,3}(?![0-9๐-๙])|\S+)[\s.:)]*(.*)")
_ANNOUNCEMENT = re.compile(r".*(?:ดังนี้|ดังต่อไปนี้|:)\W*$")


def read_plan_blocks(
    blocks: Iterable[Line | Row], hidden: bytes | None, divisions: Mapping[str, str], fiscal_year: int | None
) -> PlanData:
    """The plan that the lines and rows of a file hold. hidden: the copy that the portal put in, if any.

    PlanFileError with every problem and its place.
    """
    return _Reader(gather(blocks), _copy(hidden, divisions), divisions, fiscal_year).read()


def _copy(hidden: bytes | None, divisions: Mapping[str, str]) -> PlanData | None:
    """The hidden copy, where it still fits this portal; the visible table says everything else itself."""
    if hidden is None:
        return None
    try:
        return read_plan_yaml(hidden, divisions)
    except PlanFileError:
        return None


@dataclass(frozen=True, slots=True)
class _Cover:
    title: str
    municipality: str
    prepared_by: str
    years: tuple[int, ...]


def _cover_of(lines: Iterable[str]) -> _Cover:
    title: list[str] = []
    municipality = office = ""
    years: dict[int, None] = {}
    titled = awaiting = False
    for line in filter(None, lines):
        found = [int(year) for year in _YEAR.findall(skeleton(line))]
        years.update(dict.fromkeys(found))
        rest = _YEAR_PHRASE.sub("", line)
        if not titled and not line.startswith(("จัดทำโดย", *_MUNICIPALITY)):
            title += [rest] if rest else []
            titled = bool(found)
            continue
        titled = True
        if by := _OFFICE.match(line):
            office, awaiting = by[1], not by[1]
        elif awaiting:
            office, awaiting = line, False
        elif line.startswith(_MUNICIPALITY) and not municipality:
            municipality = re.split(r"\s+(?:อำเภอ|อ\.)", line)[0]
    if municipality and office != municipality:
        office = office.split(f" {municipality}")[0]
    return _Cover(join_soft(title), municipality, office, tuple(years))


def _closing_of(lines: Iterable[Line]) -> tuple[list[str], list[PlanProblem]]:
    """The limitations: numbered, or one a line where nothing is numbered."""
    items: list[str] = []
    problems = []
    kept = [line for line in lines if not re.fullmatch(r"[.…_\-\s]+", line.text)]
    numbered = any(marker_kind(line.text) for line in kept)
    after_blank = False
    for line in kept:
        if not line.text:
            after_blank = True
            continue
        if line.text.lstrip("( ").startswith("ลงชื่อ"):
            break
        if marker_kind(line.text) or not numbered:
            items.append(without_marker(line.text) if numbered else line.text)
        elif items and not after_blank:
            items[-1] = f"{items[-1]} {line.text}"
        elif not _ANNOUNCEMENT.fullmatch(line.text[-100:]):
            problems.append(PlanProblem(line.place, _("if this is a limitation, begin it with its number")))
        after_blank = False
    return items, problems


class _Reader:
    def __init__(
        self, found: PlanBlocks, copy: PlanData | None, divisions: Mapping[str, str], fiscal_year: int | None
    ) -> None:
        self.found = found
        self.copy = copy
        self.divisions = divisions
        self.asked_year = fiscal_year
        self.problems = list(found.problems)
        self.spelling = {skeleton(text): text for text in _texts(copy)} if copy else {}
        self.free = {area.number: area for area in copy.areas} if copy else {}

    def read(self) -> PlanData:
        if not self.found.found_table:
            reason = _("the table of the plan was not found; its heading names the columns %(columns)s")
            self._no(_("the file"), reason % {"columns": ", ".join(HEADINGS.values())})
            raise PlanFileError(self.problems)
        cover = _cover_of(line.text for line in self.found.cover)
        year = self._year(cover)
        same_year = self.copy is not None and self.copy.fiscal_year == year
        areas = tuple(self._area(area, same_year) for area in self.found.areas)
        if not areas and not self.problems:
            self._no(_("the file"), _("the table has no issue area"))
        limitations = self._limitations()
        if self.problems:
            raise PlanFileError(self.problems)
        return PlanData(
            fiscal_year=year,
            **self._names(cover),
            areas=areas,
            limitations=limitations,
            assessment_year=self.copy.assessment_year if self.copy and same_year else 0,
        )

    def _names(self, seen: _Cover) -> dict[str, str]:
        """Title, municipality and office: in the copy's own spelling where the cover still says the same."""
        names = {"title": seen.title, "municipality": seen.municipality, "prepared_by": seen.prepared_by}
        if self.copy:
            was = _cover_of(tidy(line) for line in cover_lines(self.copy))
            for name, text in names.items():
                if skeleton(text) == skeleton(getattr(was, name)):
                    names[name] = getattr(self.copy, name)
        names["title"] = names["title"] or limits.DEFAULT_TITLE
        return names

    def _year(self, cover: _Cover) -> int:
        place = _("the cover")
        known = self.copy.fiscal_year if self.copy else None
        for text in (cover.title, cover.municipality, cover.prepared_by):
            if len(text) > limits.TITLE:
                self._no(place, limits.too_long(limits.TITLE))
        named = cover.years
        if len(named) > 1:
            # A cover may name the assessment's year too; then one of them has to be confirmed.
            named = tuple(year for year in (self.asked_year, known) if year in named)[:1] or named
        if len(named) > 1:
            self._no(place, _("it names several fiscal years: %(years)s") % {"years": ", ".join(map(str, named))})
        year = named[0] if named else known or self.asked_year
        if year is None:
            self._no(place, limits.year_missing())
            return 0
        if self.asked_year is not None and year != self.asked_year:
            self._no(place, limits.year_mismatch(year, self.asked_year))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            self._no(place, limits.bad_year(year))
        return year

    def _limitations(self) -> tuple[str, ...]:
        items, problems = _closing_of(self.found.closing)
        self.problems += problems
        if self.copy:
            exact, _none = _closing_of([Line(tidy(line), "") for line in closing_lines(self.copy)])
            if [skeleton(text) for text in exact] == [skeleton(text) for text in items]:
                return self.copy.limitations
        for text in items:
            self._check_length(text, _("the limitations"), limits.TEXT)
        return tuple(self.spelling.get(skeleton(text), text) for text in items)

    # One area ----------------------------------------------------------------------------------------------

    def _area(self, raw: RawArea, same_year: bool) -> AreaData:
        found = structure_of(raw.rows)
        was = self._area_before(raw)
        same_title = was is not None and skeleton(was.title) == skeleton(raw.title)
        title = was.title if was and same_title else self.spelling.get(skeleton(raw.title), raw.title)
        if was is not None and found.signature() == structure_as_written(was).signature():
            measures = was.measures if same_year else tuple(_without_id(measure) for measure in was.measures)
            return AreaData(raw.number, title, was.questions, was.findings, measures)
        self._check_structure(raw, found)
        self._check_length(title, in_column(raw.cell, "issue"), limits.AREA_TITLE)
        questions = self._questions(found)
        return AreaData(
            raw.number, title, questions, self._findings(found, questions, was), self._measures(found, was, same_year)
        )

    def _area_before(self, raw: RawArea) -> AreaData | None:
        """The copy's area of this number, or of this title where areas were renumbered; each once."""
        titles = {number: skeleton(area.title) for number, area in self.free.items()}
        bare = skeleton(raw.title)
        by_title = [number for number, title in titles.items() if title == bare]
        number = raw.number if titles.get(raw.number) == bare or not by_title else by_title[0]
        return self.free.pop(number, None)

    def _check_structure(self, raw: RawArea, found: Structure) -> None:
        named = {"question": found.questions, "finding": found.findings, "steps": found.steps}
        for column, entries in named.items():
            if not entries:
                self._no(in_column(raw.cell, column), _("this is empty"))
        for step in found.steps:
            for column, cell in (("schedule", step.schedule), ("owner", step.owner)):
                if not cell.lines:
                    self._no(in_column(step.cell, column), _("this is empty"))
        listed = [("finding", text, cell) for text, _beside, cell in found.findings]
        for column, text, cell in [*listed, *(("steps", step.text, step.cell) for step in found.steps)]:
            dashed = any(may_hold_entries(line) for line in cell.lines) and may_hold_entries(f"- {text}")
            if dashed and skeleton(text) not in self.spelling:
                reason = _("if these are several entries, put each on a line of its own; for “to” write “ถึง”")
                self._no(in_column(cell, column), reason)
        for column, cell in found.loose:
            reason = (
                _("no step stands beside this")
                if column == "steps"
                else _("this differs, but the step beside it is the same")
            )
            self._no(in_column(cell, "schedule" if column == "steps" else column), reason)

    def _questions(self, found: Structure) -> tuple[QuestionData, ...]:
        questions: list[QuestionData] = []
        for written, cell in found.questions:
            place = in_column(cell, "question")
            parts = _CODE.fullmatch(written)
            code = limits.code_of(parts[1]) if parts else None
            if parts is None or code is None:
                self._no(place, limits.bad_code(parts[1] if parts else written))
                continue
            if not parts[2]:
                self._no(place, _("the question %(code)s has no wording") % {"code": code})
            if any(question.code == code for question in questions):
                self._no(place, limits.twice(code))
            self._check_length(parts[2], place, limits.TEXT)
            questions.append(QuestionData(code, self.spelling.get(skeleton(parts[2]), parts[2])))
        return tuple(questions)

    def _findings(
        self, found: Structure, questions: tuple[QuestionData, ...], was: AreaData | None
    ) -> tuple[FindingData, ...]:
        codes = [question.code for question in questions]
        known = {skeleton(finding.text): finding for finding in was.findings} if was else {}
        unchanged = was is not None and codes == [question.code for question in was.questions]
        findings = []
        for text, beside, cell in found.findings:
            self._check_length(text, in_column(cell, "finding"), limits.TEXT)
            before = known.get(skeleton(text))
            if before is not None and unchanged:
                findings.append(before)
                continue
            answered = tuple(codes[index] for index in beside if index < len(codes))
            findings.append(
                FindingData(self.spelling.get(skeleton(text), text), () if len(answered) == len(codes) else answered)
            )
        return tuple(findings)

    def _measures(self, found: Structure, was: AreaData | None, same_year: bool) -> tuple[MeasureData, ...]:
        texts = [skeleton(step.text) for step in found.steps]
        matched = pair(texts, was.measures if was else (), lambda measure: skeleton(measure.text))
        return tuple(self._measure(step, before, same_year) for step, before in zip(found.steps, matched, strict=True))

    def _measure(self, step: Step, before: MeasureData | None, same_year: bool) -> MeasureData:
        self._check_length(step.text, in_column(step.cell, "steps"), limits.TEXT)
        wording = tidy_wording(step.schedule.text)
        quarters: tuple[int, ...] = ()
        if before and skeleton(before.schedule) == skeleton(step.schedule.text):
            wording, quarters = before.schedule, before.quarters
        elif wording:
            quarters = self._quarters(wording, step.schedule)
        owner = step.owner.text[: limits.TEXT]
        everybody = means_everybody(owner)
        named, unknown = ((), "") if everybody else divisions_in(owner, self.divisions)
        if unknown:
            self._no(in_column(step.owner, "owner"), limits.unknown_division(step.owner.text, self.divisions))
        return MeasureData(
            text=self.spelling.get(skeleton(step.text), step.text),
            quarters=quarters,
            schedule=wording,
            all_divisions=everybody,
            divisions=named,
            indicators=before.indicators if before else (),
            id=before.id if before and same_year else "",
        )

    def _quarters(self, wording: str, cell: Cell) -> tuple[int, ...]:
        self._check_length(wording, in_column(cell, "schedule"), limits.SCHEDULE)
        try:
            return quarters_of(wording[: limits.SCHEDULE])
        except UnknownScheduleError:
            problem = PlanProblem(in_column(cell, "schedule"), limits.unknown_schedule(wording))
            if problem not in self.problems:  # measures that share a cell share its problem
                self.problems.append(problem)
            return ()

    def _check_length(self, text: str, place: str, limit: int) -> None:
        if len(text) > limit:
            self._no(place, limits.too_long(limit))

    def _no(self, place: str, reason: str) -> None:
        problem = PlanProblem(place, reason)
        if problem not in self.problems:
            self.problems.append(problem)


def _without_id(measure: MeasureData) -> MeasureData:
    return MeasureData(
        measure.text, measure.quarters, measure.schedule, measure.all_divisions, measure.divisions, measure.indicators
    )


def _texts(plan: PlanData) -> Iterable[str]:
    """Every text of the plan that a cell shows."""
    yield from plan.limitations
    for area in plan.areas:
        yield area.title
        yield from (item.text for group in (area.questions, area.findings, area.measures) for item in group)
