"""Addresses: the budget officer's desk: drafts, publication, statements."""

from django.urls import URLPattern, path

from ..views import desk, draft_lines, drafts, statements

urlpatterns: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/years/<int:year>/", desk.year_settings, name="year_settings"),
    path("desk/plans/new/", drafts.plan_new, name="plan_new"),
    path("desk/plans/<int:year>/<slug:plan>/revise/", drafts.plan_revise, name="plan_revise"),
    path("desk/drafts/<int:pk>/", drafts.draft, name="draft"),
    path("desk/drafts/<int:pk>/words/", drafts.draft_words, name="draft_words"),
    path("desk/drafts/<int:pk>/lines/", draft_lines.draft_lines, name="draft_lines"),
    path("desk/drafts/<int:pk>/lines/new/", draft_lines.draft_line_new, name="draft_line_new"),
    path("desk/drafts/<int:pk>/lines/<int:version>/", draft_lines.draft_line, name="draft_line"),
    path("desk/drafts/<int:pk>/lines/<int:version>/remove/", draft_lines.draft_line_remove, name="draft_line_remove"),
    path("desk/drafts/<int:pk>/transfer/", draft_lines.draft_transfer, name="draft_transfer"),
    path(
        "desk/drafts/<int:pk>/transfers/<int:transfer>/undo/",
        draft_lines.draft_transfer_undo,
        name="draft_transfer_undo",
    ),
    path("desk/drafts/<int:pk>/documents/", drafts.draft_documents, name="draft_documents"),
    path(
        "desk/drafts/<int:pk>/documents/<int:document>/remove/",
        drafts.draft_document_remove,
        name="draft_document_remove",
    ),
    path("desk/drafts/<int:pk>/changes/", drafts.draft_changes, name="draft_changes"),
    path("desk/drafts/<int:pk>/preview/", drafts.draft_preview, name="draft_preview"),
    path("desk/drafts/<int:pk>/publish/", drafts.draft_publish, name="draft_publish"),
    path("desk/drafts/<int:pk>/discard/", drafts.draft_discard, name="draft_discard"),
    path("desk/drafts/<int:pk>/catch-up/", drafts.draft_catch_up, name="draft_catch_up"),
    path("desk/statements/new/", statements.statement_new, name="statement_new"),
    path("desk/statements/<int:pk>/", statements.statement, name="statement"),
    path("desk/statements/<int:pk>/publish/", statements.statement_publish, name="statement_publish"),
    path("desk/statements/<int:pk>/discard/", statements.statement_discard, name="statement_discard"),
]
