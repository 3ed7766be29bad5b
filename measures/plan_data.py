"""The plan as plain values: what files are read into and written from, and what a published version keeps.

Nothing here touches the database; `measures.importing` stores these values, `measures.exporting` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class QuestionData:
    """A question of the assessment as the plan quotes it: code (`I7`) and wording."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingData:
    """What the analysis found. `questions`: the codes it answers; empty means all of the area."""

    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureData:
    """One measure.

    quarters: sorted numbers 1-4, never empty. schedule: the document's own wording (`ทุกไตรมาส`).
    divisions: official names in the municipality's order, empty where all_divisions is set.
    indicators: keys of the figures that show it at work. id: public identifier, empty for a new one.
    """

    text: str
    quarters: tuple[int, ...]
    schedule: str
    all_divisions: bool = False
    divisions: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class AreaData:
    """One of the issue areas (ประเด็น) with all that hangs on it."""

    number: int
    title: str
    questions: tuple[QuestionData, ...] = ()
    findings: tuple[FindingData, ...] = ()
    measures: tuple[MeasureData, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanData:
    """A whole plan. fiscal_year and assessment_year are of the Buddhist Era."""

    fiscal_year: int
    title: str
    municipality: str
    prepared_by: str
    areas: tuple[AreaData, ...] = ()
    limitations: tuple[str, ...] = ()
    assessment_year: int = 0
    """The year of the assessment whose result is analysed; 0 stands for the year before the plan's."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    def with_ties(self, ties: Mapping[str, tuple[str, ...]]) -> PlanData:
        """The plan with the figures that show each measure, by its id; one that `ties` does not know keeps its."""
        return replace(
            self,
            areas=tuple(
                replace(
                    area,
                    measures=tuple(
                        replace(measure, indicators=ties.get(measure.id, measure.indicators))
                        for measure in area.measures
                    ),
                )
                for area in self.areas
            ),
        )

    @property
    def official(self) -> PlanData:
        """What is published and compared: which figures show a measure is no part of the document."""
        return self.with_ties({measure.id: () for area in self.areas for measure in area.measures})

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> PlanData:
        """The inverse of `to_dict`."""
        return cls(
            fiscal_year=raw["fiscal_year"],
            title=raw["title"],
            municipality=raw["municipality"],
            prepared_by=raw["prepared_by"],
            assessment_year=raw.get("assessment_year", 0),
            limitations=tuple(raw["limitations"]),
            areas=tuple(_area(area) for area in raw["areas"]),
        )


def _area(raw: dict[str, Any]) -> AreaData:
    return AreaData(
        number=raw["number"],
        title=raw["title"],
        questions=tuple(QuestionData(**question) for question in raw["questions"]),
        findings=tuple(
            FindingData(text=finding["text"], questions=tuple(finding["questions"])) for finding in raw["findings"]
        ),
        measures=tuple(
            MeasureData(
                **{
                    **measure,
                    "quarters": tuple(measure["quarters"]),
                    "divisions": tuple(measure["divisions"]),
                    "indicators": tuple(measure["indicators"]),
                }
            )
            for measure in raw["measures"]
        ),
    )


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Why a plan file is refused: where (`ตาราง 2 แถว 3 คอลัมน์ “ระยะเวลาดำเนินการ”`) and what, both translated."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass
class PlanFileError(Exception):
    """A plan file that cannot be understood. `problems` is never empty; nothing was stored."""

    problems: list[PlanProblem] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One published proof. url is absolute within the portal (`/measures/evidence/…`) or on the web."""

    title: str
    url: str
    sha256: str
    kind: str
    size: int | None = None
    content_type: str = ""
    figure: FigureView | None = None
    """What it freezes, where it is a live figure as it was at a moment."""


@dataclass(frozen=True, slots=True)
class ProgressView:
    """The published state of a measure in a quarter. number: which published version this is, from 1."""

    quarter: int
    status: str
    result: str
    obstacles: str
    next_step: str
    published_at: Any
    number: int
    evidence: tuple[EvidenceView, ...] = ()

    @property
    def frozen(self) -> tuple[FigureView, ...]:
        """What the portal showed: the figures that the report uses as evidence, as they were."""
        return tuple(proof.figure for proof in self.evidence if proof.figure is not None)

    @property
    def attached(self) -> tuple[EvidenceView, ...]:
        """What people attached: files and addresses."""
        return tuple(proof for proof in self.evidence if proof.figure is None)


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure of a quarter. value is None where it is not known; text is the value as people read it.

    by_division: whether it can be told of one division. division: of which it is; empty: of the whole municipality.
    frozen_at: the moment of which it is, where it was used as evidence; without one it is live. sha256: its digest.
    """

    key: str
    name: str
    value: Any
    unit: str
    url: str
    text: str = ""
    by_division: bool = False
    division: str = ""
    frozen_at: Any = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as the public sees it: one version of the structure with the published progress.

    progress: by measure id and quarter. figures: live figures by measure id and quarter.
    """

    data: PlanData
    number: int
    published_at: Any
    digest: str
    progress: dict[tuple[str, int], ProgressView]
    figures: dict[tuple[str, int], tuple[FigureView, ...]] = field(default_factory=dict)
