"""Who gets what at the addresses of the asset register."""

from assets.models import Asset, Loan

from ..addresses import LOGIN, Row, staff
from ..cast import Cast
from .factories import AssetFactory, handed_out, requested

STRANGERS = ("admin", "secretary", "staff2", "integrity", "integrity2", "budget")
"""Who sees nothing of a loan within กองช่าง."""
SEES_LOAN = dict.fromkeys(("staff", "head", "mayor", "assets"), 200)
NOBODY = {"citizen": LOGIN}
MAKES_PAPERS = ("citizen", "staff", "assets")
"""Asked for by few, as making a file takes time."""
ITEM, ENTRY = "/assets/item/{asset}/", "/assets/register/{asset}/"
LOAN, OUT = "/assets/loans/{loan}/", "/assets/loans/{loan_out}/"
YEAR = "/assets/count/2599/"
"""A year without a count."""
NAME_DEPUTIES = dict.fromkeys(("admin", "head", "mayor", "assets"), 200)


def written(name: str, path: str, codes: dict[str, int], *, else_: int, post: int = 422) -> list[Row]:
    """A form: who sees it, and what an empty one is answered."""
    sent = {role: post if code == 200 else code for role, code in codes.items()}
    return [Row(name, path, else_, codes | NOBODY), Row(name, path, else_, sent | NOBODY, method="POST")]


def officer(name: str, path: str, *, roles: tuple[str, ...] | None = None) -> list[Row]:
    """A page of the asset officer."""
    row = Row(name, path, 403, NOBODY | {"assets": 200})
    return [row if roles is None else Row(row.name, row.path, row.else_, row.codes, roles=roles)]


def of_loan(name: str, path: str, codes: dict[str, int], *, method: str = "GET") -> Row:
    """An address of a loan that strangers do not find."""
    return Row(name, path, 403, dict.fromkeys(STRANGERS, 404) | NOBODY | codes, method=method)


TABLE_OF_ASSETS: list[Row] = [
    # Everybody who has signed in
    *staff("assets:catalogue", "/assets/"),
    *staff("assets:calendar", ITEM + "calendar/"),
    *staff("assets:item", ITEM),
    *staff("assets:item_history", ITEM + "history/"),
    *staff("assets:scan", "/assets/scan/"),
    *staff("assets:my_loans", "/assets/loans/"),
    *staff("assets:loan_new", "/assets/loans/new/"),
    Row("assets:loan_new", "/assets/loans/new/", 422, NOBODY, method="POST"),
    Row("assets:photo", "/assets/photos/nothing/", 404, NOBODY),
    # A loan that waits: of `staff`, for a thing of their division, on the premises
    of_loan("assets:loan", LOAN, SEES_LOAN),
    Row("assets:loan_form", LOAN + "form.pdf", 404, NOBODY | SEES_LOAN, roles=("citizen", "staff", "staff2")),
    of_loan("assets:loan_change", LOAN + "change/", {"staff": 200}),
    of_loan("assets:loan_change", LOAN + "change/", {"staff": 422}, method="POST"),
    of_loan("assets:loan_cancel", LOAN + "cancel/", {"staff": 200, "assets": 200}),
    of_loan("assets:loan_extend", OUT + "extend/", {"staff": 200}),
    of_loan("assets:loan_extend", OUT + "extend/", {"staff": 422}, method="POST"),
    Row("assets:return_form", OUT + "returns/1.pdf", 404, NOBODY),
    Row("assets:approvals", "/assets/approvals/", 403, NOBODY | {"head": 200, "mayor": 200}),
    Row("assets:approve_many", "/assets/approvals/approve/", 403, NOBODY | {"head": 302, "mayor": 302}),
    Row(
        "assets:approve_many", "/assets/approvals/approve/", 403, NOBODY | {"head": 422, "mayor": 422}, method="POST"
    ),
    of_loan("assets:decide", LOAN + "decide/", {"head": 200}),
    of_loan("assets:decide", LOAN + "decide/", {"head": 422}, method="POST"),
    of_loan("assets:decide_extension", OUT + "extension/", {"head": 404}),
    # Who names deputies
    *written(
        "assets:delegation_new", "/assets/delegations/new/", NAME_DEPUTIES,
        else_=403,
    ),
    Row("assets:delegations", "/assets/delegations/", 403, NOBODY | NAME_DEPUTIES),
    Row("assets:delegation_end", "/assets/delegations/1/end/", 405, NOBODY),
    Row(
        "assets:delegation_end", "/assets/delegations/1/end/", 403, NOBODY | dict.fromkeys(NAME_DEPUTIES, 302),
        method="POST",
    ),
    # The asset officer
    *officer("assets:desk", "/assets/desk/"),
    *officer("assets:desk_csv", "/assets/desk/loans.csv"),
    *written("assets:hand_out", "/assets/desk/loans/{loan}/hand-out/", {"assets": 200}, else_=403),
    *written("assets:take_back", "/assets/desk/loans/{loan_out}/take-back/", {"assets": 200}, else_=403),
    *officer("assets:incidents", "/assets/desk/incidents/"),
    Row("assets:incident", "/assets/desk/incidents/1/", 403, NOBODY | {"assets": 404}),
    Row("assets:incident", "/assets/desk/incidents/1/", 403, NOBODY | {"assets": 404}, method="POST"),
    *officer("assets:register", "/assets/register/"),
    *written("assets:asset_new", "/assets/register/new/", {"assets": 200}, else_=403),
    *written("assets:import", "/assets/register/import/", {"assets": 200}, else_=403),
    *officer("assets:import_template", "/assets/register/import/template.xlsx", roles=MAKES_PAPERS),
    *officer("assets:labels", "/assets/register/labels.pdf", roles=MAKES_PAPERS),
    *officer("assets:item_card", ITEM + "card.pdf", roles=MAKES_PAPERS),
    *(
        row
        for kind in ("csv", "xlsx", "pdf")
        for row in officer("assets:register_file", f"/assets/register/register.{kind}", roles=MAKES_PAPERS)
    ),
    *written("assets:asset_edit", ENTRY + "edit/", {"assets": 200}, else_=403),
    *written("assets:asset_retire", ENTRY + "retire/", {"assets": 200}, else_=403),
    *written("assets:asset_photos", ENTRY + "photos/", {"assets": 200}, else_=403),
    # The yearly count; of that year there is none
    *staff("assets:counts", "/assets/count/"),
    *written("assets:count_new", "/assets/count/new/", {"assets": 200}, else_=403),
    Row("assets:count", YEAR, 404, NOBODY),
    Row("assets:count_counters", YEAR + "counters/", 403, NOBODY | {"assets": 404}),
    Row("assets:incidents", "/assets/desk/incidents/", 403, NOBODY | {"assets": 422}, method="POST"),
    Row("assets:count_open", YEAR + "open/", 404, NOBODY, method="POST"),
    Row("assets:count_close", YEAR + "close/", 404, NOBODY),
    Row("assets:count_report", YEAR + "report.pdf", 404, NOBODY),
    Row("assets:counting", YEAR + "work/", 404, NOBODY),
    Row("assets:count_entry", YEAR + "items/{asset}/", 404, NOBODY),
    Row("assets:count_surprise", YEAR + "unexpected/", 404, NOBODY),
]  # fmt: skip


def make_places(cast: Cast) -> dict[str, str]:
    """What the paths above name: a thing, a loan of it that waits, and a loan that is out."""
    asset: Asset = AssetFactory()
    loan: Loan = requested(cast.staff, asset)
    out = handed_out(cast.staff, cast.head, cast.assets, AssetFactory())
    return {"asset": asset.label, "loan": loan.public_id, "loan_out": out.public_id}
