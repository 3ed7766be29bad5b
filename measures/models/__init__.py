"""Tables of the plan: its structure, the progress that is worked on, and what was published."""

from .assessment import AssessmentResult, IndicatorScore, QuestionScore
from .progress import Evidence, Progress
from .published import PlanVersion, ProgressVersion, PublishedEvidence
from .structure import AreaQuestion, Finding, IssueArea, Limitation, Measure, Plan, Question, Responsibility

__all__ = [
    "AreaQuestion",
    "AssessmentResult",
    "Evidence",
    "Finding",
    "IndicatorScore",
    "IssueArea",
    "Limitation",
    "Measure",
    "Plan",
    "PlanVersion",
    "Progress",
    "ProgressVersion",
    "PublishedEvidence",
    "Question",
    "QuestionScore",
    "Responsibility",
]
