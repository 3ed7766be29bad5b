"""Words of the municipal budget: the values stand in the database, in addresses and in open data.

Programmes, groups and categories follow the classification of local budgets (Ministry of Interior; `docs/glossary.md`).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MONTHS_OF_QUARTER = {1: (1, 2, 3), 2: (4, 5, 6), 3: (7, 8, 9), 4: (10, 11, 12)}
"""Fiscal months (1 is October) of each quarter."""


class PlanKind(models.TextChoices):
    """What is published for a fiscal year."""

    ORDINANCE = "ordinance", _("Annual expenditure ordinance")
    SUPPLEMENT = "supplement", _("Supplementary budget")
    REVENUE = "revenue", _("Revenue estimate")
    ACTION = "action-plan", _("Action plan")
    SPENDING = "spending-plan", _("Spending plan by quarter")
    PROCUREMENT = "procurement-plan", _("Procurement plan")


BUDGET_KINDS = (PlanKind.ORDINANCE, PlanKind.SUPPLEMENT)
"""Plans whose lines are the budget itself: only they are added up and spent. The others say how and when."""


class State(models.TextChoices):
    """Of a revision, a statement, a month's summary."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Side(models.TextChoices):
    """The four sides (ด้าน) under which the programmes stand."""

    GENERAL = "general", _("General administration")
    COMMUNITY = "community", _("Community and social services")
    ECONOMY = "economy", _("Economy")
    OTHER = "other", _("Other operations")


class Programme(models.TextChoices):
    """The twelve programmes (แผนงาน) of a local budget."""

    GENERAL = "general_administration", pgettext_lazy("programme", "General administration")
    PEACE = "internal_peace", _("Internal peace and order")
    EDUCATION = "education", _("Education")
    HEALTH = "public_health", _("Public health")
    WELFARE = "social_welfare", _("Social welfare")
    HOUSING = "housing_community", _("Housing and community")
    STRENGTH = "community_strength", _("Community strength")
    CULTURE = "religion_culture_recreation", _("Religion, culture and recreation")
    WORKS = "industry_public_works", _("Industry and public works")
    AGRICULTURE = "agriculture", _("Agriculture")
    COMMERCE = "commerce", _("Commerce")
    CENTRAL = "central_fund", pgettext_lazy("programme", "Central fund")


SIDE_OF: dict[str, Side] = {
    Programme.GENERAL: Side.GENERAL, Programme.PEACE: Side.GENERAL,
    Programme.EDUCATION: Side.COMMUNITY, Programme.HEALTH: Side.COMMUNITY, Programme.WELFARE: Side.COMMUNITY,
    Programme.HOUSING: Side.COMMUNITY, Programme.STRENGTH: Side.COMMUNITY, Programme.CULTURE: Side.COMMUNITY,
    Programme.WORKS: Side.ECONOMY, Programme.AGRICULTURE: Side.ECONOMY, Programme.COMMERCE: Side.ECONOMY,
    Programme.CENTRAL: Side.OTHER,
}  # fmt: skip


class Group(models.TextChoices):
    """Expenditure groups (งบ)."""

    CENTRAL = "central", pgettext_lazy("expenditure group", "Central fund")
    PERSONNEL = "personnel", _("Personnel")
    OPERATIONS = "operations", _("Operations")
    INVESTMENT = "investment", _("Investment")
    SUBSIDIES = "subsidies", pgettext_lazy("expenditure group", "Subsidies")
    OTHER = "other", pgettext_lazy("expenditure group", "Other expenditure")


class Category(models.TextChoices):
    """Categories (หมวด) of the expenditure groups."""

    CENTRAL = "central", pgettext_lazy("category", "Central fund")
    SALARY_POLITICAL = "salary_political", _("Salaries (political side)")
    SALARY_PERMANENT = "salary_permanent", _("Salaries (permanent side)")
    COMPENSATION = "compensation", _("Remuneration")
    SERVICES = "services", _("Services and other current expenses")
    MATERIALS = "materials", _("Materials")
    UTILITIES = "utilities", _("Utilities")
    EQUIPMENT = "equipment", _("Durable articles")
    LAND_BUILDINGS = "land_buildings", _("Land and construction")
    SUBSIDIES = "subsidies", pgettext_lazy("category", "Subsidies")
    OTHER = "other", pgettext_lazy("category", "Other expenditure")


CATEGORIES_OF: dict[str, tuple[str, ...]] = {
    Group.CENTRAL: (Category.CENTRAL,),
    Group.PERSONNEL: (Category.SALARY_POLITICAL, Category.SALARY_PERMANENT),
    Group.OPERATIONS: (Category.COMPENSATION, Category.SERVICES, Category.MATERIALS, Category.UTILITIES),
    Group.INVESTMENT: (Category.EQUIPMENT, Category.LAND_BUILDINGS),
    Group.SUBSIDIES: (Category.SUBSIDIES,),
    Group.OTHER: (Category.OTHER,),
}
GROUP_OF: dict[str, str] = {category: group for group, some in CATEGORIES_OF.items() for category in some}


class RevenueGroup(models.TextChoices):
    """Categories of revenue (หมวดรายรับ)."""

    TAXES = "taxes", _("Taxes collected by the municipality")
    FEES = "fees", _("Fees, fines and licences")
    PROPERTY = "property", _("Income from property")
    UTILITIES = "utilities", _("Income from utilities and commerce")
    MISCELLANEOUS = "miscellaneous", _("Miscellaneous income")
    CAPITAL = "capital", _("Income from capital")
    ALLOCATED = "allocated_taxes", _("Taxes that the State collects and allocates")
    GRANTS = "general_grants", _("General grants of the State")
    SPECIFIC = "specific_grants", _("Earmarked grants of the State")


class Source(models.TextChoices):
    """Where the money comes from."""

    BUDGET = "budget", _("Budget ordinance")
    GENERAL_GRANT = "general_grant", _("General grant of the State")
    SPECIFIC_GRANT = "specific_grant", _("Earmarked grant of the State")
    RESERVES = "reserves", _("Accumulated reserves")
    PROVINCE = "province", _("Grant of the provincial administration")
    OTHER_AGENCY = "other_agency", _("Support of another agency")
    LOAN = "loan", _("Loan")


class Approver(models.TextChoices):
    """Who approved a transfer or a change (budget procedure regulation B.E. 2563, clauses 26-29)."""

    EXECUTIVE = "executive", _("Local executive")
    COUNCIL = "council", _("Municipal council")


class Method(models.TextChoices):
    """Ways of procurement (procurement act B.E. 2560)."""

    SPECIFIC = "specific", _("Specific method")
    SELECTION = "selection", _("Selection method")
    E_BIDDING = "e_bidding", _("Electronic bidding (e-bidding)")
    E_MARKET = "e_market", _("Electronic market (e-market)")
    PRICE_ENQUIRY = "price_enquiry", _("Price enquiry")
    OTHER = "other", pgettext_lazy("method", "Another method")


class PurchaseState(models.TextChoices):
    """How far a purchase is."""

    UNSIGNED = "unsigned", _("Contract not signed yet")
    RUNNING = "running", _("In progress, being accepted")
    ENDED = "ended", _("Contract ended")
    CANCELLED = "cancelled", pgettext_lazy("purchase", "Cancelled")


class CommentKind(models.TextChoices):
    """What people say about the budget."""

    QUESTION = "question", _("Question")
    COMMENT = "comment", _("Opinion")
    PROPOSAL = "proposal", _("Proposal")


class CommentState(models.TextChoices):
    """Where a comment is."""

    WAITING = "waiting", pgettext_lazy("comment", "Waiting to be looked at")
    PUBLISHED = "published", pgettext_lazy("comment", "Published")
    REFUSED = "refused", pgettext_lazy("comment", "Not published")


class UploadKind(models.TextChoices):
    """What a file brings."""

    LINES = "lines", _("Lines of a plan")
    SPENDING = "spending", _("Spending or revenue")
    PURCHASES = "purchases", _("Purchases of a month")
