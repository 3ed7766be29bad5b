"""Every page that people see. A new page is one line here: who looks at it, and where it is.

`{measure}` and `{plan}` stand for the first measure and the plan of 2567, `{case}` for a complaint that waits. The
vault of `integrity` is open.
"""

PUBLIC = (
    "/",
    "/accessibility/",
    "/privacy/",
    "/measures/",
    "/measures/2567/",
    "/measures/2567/?status=done",
    "/measures/2567/areas/1/",
    "/measures/2567/areas/6/",
    "/measures/2567/measures/{measure}/",
    "/measures/2567/figures/",
    "/measures/2567/versions/",
    "/measures/2567/versions/1/",
    "/complaints/",
    "/complaints/new/",
    "/complaints/statistics/",
    "/complaints/follow/",
    "/complaints/verify/",
    "/budget/",
    "/budget/2567/",
    "/budget/2567/lines/?programme=industry_public_works",
    "/budget/2567/by/groups/",
    "/budget/2567/by/quarters/2/",
    "/budget/2567/by/programmes/education/",
    "/budget/2567/revenue/",
    "/budget/2567/projects/",
    "/budget/2567/plans/ordinance/",
    "/budget/2567/plans/ordinance/changes/1-2/",
    "/budget/2567/plans/ordinance/lines/{line}/",
    "/budget/2567/procurement/",
    "/budget/2567/procurement/1/",
    "/budget/2567/questions/",
    "/budget/2567/ask/?plan=ordinance&line={line}",
    "/budget/search/?q=ถนน",
    "/budget/data/",
    "/budget/words/",
)
"""Without sign-in."""

ERRORS = ("/nowhere/", "/failing/400/", "/failing/403/", "/failing/500/", "/failing/csrf/", "/failing/locked/")
"""When something is not as it should be."""

STAFF = {
    "citizen": ("/accounts/login/", "/admin/login/"),
    "staff": (
        "/staff/",
        "/measures/shares/",
        "/accounts/password/",
        "/assets/",
        "/assets/item/{asset}/",
        "/assets/item/{asset}/calendar/",
        "/assets/item/{asset}/history/",
        "/assets/scan/",
        "/assets/loans/",
        "/assets/loans/new/?asset={number}",
        "/assets/loans/{loan}/",
        "/assets/loans/{loan}/extend/",
        "/assets/count/{year}/work/",
        "/assets/count/{year}/items/{asset}/",
    ),
    "head": ("/assets/approvals/", "/assets/loans/{asked}/decide/", "/assets/delegations/new/"),
    "assets": (
        "/assets/desk/",
        "/assets/desk/?pile=overdue",
        "/assets/desk/loans/{approved}/hand-out/",
        "/assets/desk/loans/{out}/take-back/",
        "/assets/desk/incidents/",
        "/assets/desk/incidents/{incident}/",
        "/assets/register/",
        "/assets/register/{asset}/edit/",
        "/assets/register/import/",
        "/assets/count/",
        "/assets/count/{year}/",
        "/assets/count/{year}/counters/",
        "/admin/assets/asset/",
        "/admin/assets/loan/",
    ),
    "budget": (
        "/budget/desk/",
        "/budget/desk/plans/new/",
        "/budget/desk/drafts/{budget_draft}/",
        "/budget/desk/drafts/{budget_draft}/lines/",
        "/budget/desk/drafts/{budget_draft}/lines/new/",
        "/budget/desk/drafts/{budget_draft}/transfer/?qg=ถนน",
        "/budget/desk/drafts/{budget_draft}/changes/",
        "/budget/desk/drafts/{budget_draft}/publish/",
        "/budget/desk/drafts/{budget_draft}/upload/",
        "/budget/desk/statements/{statement}/",
        "/budget/desk/summaries/{summary}/",
        "/budget/desk/summaries/{summary}/purchases/new/",
        "/budget/desk/comments/",
        "/budget/desk/uploads/",
        "/budget/desk/readers/2567/",
        "/admin/budget/revision/",
    ),
    "secretary": (
        "/staff/",
        "/measures/2567/areas/1/preview/",
        "/admin/",
        "/admin/measures/progress/",
        "/admin/measures/progress/publish/",
        "/admin/measures/plan/",
        "/admin/measures/plan/{plan}/change/",
        "/admin/measures/plan/{plan}/publish/",
        "/admin/measures/plan/{plan}/roll-forward/",
        "/admin/measures/plan/import/",
    ),
    "integrity": (
        "/complaints/desk/",
        "/complaints/desk/?state=all",
        "/complaints/desk/{case}/",
        "/complaints/desk/intake/",
        "/complaints/desk/vault/",
    ),
    "admin": (
        "/admin/organization/municipality/1/change/",
        "/admin/organization/user/",
        "/admin/organization/holiday/",
        "/admin/complaints/channelsettings/1/change/",
    ),
}
"""Who has signed in."""

OF_PUBLIC = [("citizen", path) for path in (*PUBLIC, *ERRORS, *STAFF["citizen"])]
EVERYWHERE = [
    *(("citizen", path) for path in (*PUBLIC, *ERRORS)),
    *((person, path) for person, paths in STAFF.items() for path in paths),
]
LANGUAGES = {"th": "", "en": "/en"}
LANGUAGE_AND_PLACE = [("th", *place) for place in EVERYWHERE] + [("en", *place) for place in OF_PUBLIC]
"""The staff's pages are looked at in Thai, in which they work; the public's in both languages."""
