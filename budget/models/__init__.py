"""Tables of the budget."""

from .plans import Document, Line, LineVersion, Plan, Revision, Transfer
from .procurement import MonthSummary, ProcurementReport, Purchase
from .spending import Spent, Statement
from .uploads import Upload
from .voices import Comment, Reading
from .years import BudgetYear

__all__ = [
    "BudgetYear",
    "Comment",
    "Document",
    "Line",
    "LineVersion",
    "MonthSummary",
    "Plan",
    "ProcurementReport",
    "Purchase",
    "Reading",
    "Revision",
    "Spent",
    "Statement",
    "Transfer",
    "Upload",
]
