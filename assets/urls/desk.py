"""Addresses: who approves, hands out and takes back."""

from django.urls import URLPattern, path

from ..views import approval_list, approvals, desk, incidents

urlpatterns: list[URLPattern] = [
    path("approvals/", approval_list.approvals, name="approvals"),
    path("approvals/approve/", approval_list.approve_many, name="approve_many"),
    path("loans/<str:public_id>/decide/", approvals.decide, name="decide"),
    path("loans/<str:public_id>/extension/", approvals.decide_extension, name="decide_extension"),
    path("delegations/", approvals.delegations, name="delegations"),
    path("delegations/new/", approvals.delegation_new, name="delegation_new"),
    path("delegations/<int:pk>/end/", approvals.delegation_end, name="delegation_end"),
    path("desk/", desk.desk, name="desk"),
    path("desk/loans.csv", desk.desk_csv, name="desk_csv"),
    path("desk/loans/<str:public_id>/hand-out/", desk.hand_out, name="hand_out"),
    path("desk/loans/<str:public_id>/take-back/", desk.take_back, name="take_back"),
    path("desk/incidents/", incidents.incidents, name="incidents"),
    path("desk/incidents/<int:pk>/", incidents.incident, name="incident"),
]
