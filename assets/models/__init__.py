"""Tables of the asset register."""

from .counts import Counter, CountItem, CountSession, Surprise
from .loans import Extension, Handover, HandoverLine, Incident, Loan, LoanEntry, LoanLine, LoanNumber
from .people import Delegation
from .photos import Photo
from .register import Asset, Category, RegisterSettings

__all__ = [
    "Asset",
    "Category",
    "CountItem",
    "CountSession",
    "Counter",
    "Delegation",
    "Extension",
    "Handover",
    "HandoverLine",
    "Incident",
    "Loan",
    "LoanEntry",
    "LoanLine",
    "LoanNumber",
    "Photo",
    "RegisterSettings",
    "Surprise",
]
