"""What the administrator sets of the channel, and that no complaint is in the back office."""

from __future__ import annotations

from django.contrib import admin

from complaints.models import ChannelSettings
from tests.cast import Cast

SETTINGS = "/admin/complaints/channelsettings/"
FORM = {
    "answer_days": "20", "warn_days": "5", "keep_closed_months": "120", "keep_refused_months": "12",
    "keep_withdrawn_months": "12", "small_cell": "3", "responsible_unit": "งานนิติการ", "phone": "042 000 000",
    "email": "", "letter_address": "", "external_name": "",
}  # fmt: skip


def test_nothing_else_of_the_channel_is_in_the_back_office() -> None:
    shown = {model.__name__ for model in admin.site._registry if model._meta.app_label == "complaints"}
    assert shown == {"ChannelSettings"}


def test_the_list_leads_to_the_one_set_of_settings(cast: Cast) -> None:
    client = cast.client("admin")
    assert client.get(SETTINGS)["Location"] == f"{SETTINGS}1/change/"
    assert client.get(f"{SETTINGS}1/change/").status_code == 200
    assert not ChannelSettings.objects.exists()  # reading writes nothing
    assert client.get(f"{SETTINGS}2/change/").status_code == 302
    assert client.get(f"{SETTINGS}add/").status_code == 403
    assert client.get(f"{SETTINGS}1/delete/").status_code == 403


def test_the_administrator_changes_the_limits(cast: Cast) -> None:
    client = cast.client("admin")
    for days in ("20", "25"):
        assert client.post(f"{SETTINGS}1/change/", FORM | {"answer_days": days}).status_code == 302
        assert ChannelSettings.objects.get().answer_days == int(days)


def test_impossible_limits_are_told(cast: Cast) -> None:
    response = cast.client("admin").post(f"{SETTINGS}1/change/", FORM | {"answer_days": "0"})
    assert response.status_code == 200
    assert "answer_days" in response.context["adminform"].form.errors
    assert not ChannelSettings.objects.exists()


def test_officers_and_the_office_change_nothing_there(cast: Cast) -> None:
    for name in ("secretary", "assets"):
        assert cast.client(name).get(SETTINGS).status_code == 403
    assert cast.client("integrity").get(SETTINGS).status_code == 302
