"""Addresses: documents, their confirmation, the desk. A document's slug is none of the words that begin another
(`models.documents.RESERVED`)."""

from django.urls import URLPattern, path

from ..views import acknowledge, documents, documents_desk, drafts

DESK = "desk/documents/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path("", documents.documents, name="documents"),
    # The staff
    path("mine/", acknowledge.mine, name="mine"),
    path("mine/confirmations.pdf", acknowledge.confirmations_file, name="confirmations_file"),
    path("shares/", acknowledge.shares, name="shares"),
    # The desk
    path("desk/", documents_desk.desk, name="desk"),
    path("desk/new/", documents_desk.document_new, name="document_new"),
    path("desk/unread/", documents_desk.unread, name="unread"),
    path("desk/unread.csv", documents_desk.unread_file, name="unread_file"),
    path(DESK, documents_desk.document_desk, name="document_desk"),
    path(DESK + "settings/", documents_desk.document_settings, name="document_settings"),
    path(DESK + "draft/new/", drafts.draft_new, name="draft_new"),
    path(DESK + "draft/", drafts.draft, name="draft"),
    path(DESK + "draft/preview/", drafts.draft_preview, name="draft_preview"),
    path(DESK + "draft/file/", drafts.draft_file, name="draft_file"),
    path(DESK + "draft/file/remove/", drafts.draft_file_remove, name="draft_file_remove"),
    path(DESK + "draft/questions/new/", drafts.draft_question, name="draft_question_new"),
    path(DESK + "draft/questions/<int:position>/", drafts.draft_question, name="draft_question"),
    path(DESK + "draft/questions/<int:position>/remove/", drafts.draft_question_remove, name="draft_question_remove"),
    path(DESK + "draft/publish/", drafts.draft_publish, name="draft_publish"),
    path(DESK + "draft/discard/", drafts.draft_discard, name="draft_discard"),
    # A document, for whoever may read it
    path("<slug:slug>.pdf", documents.document_pdf, name="document_pdf"),
    path("<slug:slug>/", documents.document, name="document"),
    path("<slug:slug>/read/", acknowledge.read_and_confirm, name="read"),
    path("<slug:slug>/<int:number>/", documents.version, name="version"),
    path("<slug:slug>/<int:number>.pdf", documents.document_pdf, name="version_pdf"),
    path("<slug:slug>/<int:number>/file/", documents.document_file, name="version_file"),
    path("<slug:slug>/changes/<int:before>-<int:after>/", documents.changes, name="changes"),
]
