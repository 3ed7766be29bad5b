"""What the administrator may enter: a seal that is a picture, spellings that are names."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from organization.admin import AliasesField, SealField
from organization.models import Division, Municipality
from organization.seal import UnusableSealError, seal_png
from tests.cast import Cast


def picture(form: str, side: int = 20, mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (side, side)).save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("seal.gif", picture("GIF")),
        ("seal.png", picture("GIF")),
        ("seal.txt", b"no picture"),
        ("seal.png", picture("PNG", 4000, "1")),
    ],
)
def test_a_seal_is_a_picture_of_sane_size(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        SealField().clean(SimpleUploadedFile(name, content))


def test_a_seal_is_uploaded_and_shown(cast: Cast, admin_portal_client: Client, client: Client) -> None:
    path = "/admin/organization/municipality/1/change/"
    form = admin_portal_client.get(path).context["adminform"].form
    assert isinstance(form.fields["seal"], SealField)
    values = {name: value for name, value in form.initial.items() if value is not None and name != "seal"}
    upload = SimpleUploadedFile("ตรา.png", picture("PNG"), "image/png")
    answer = admin_portal_client.post(path, {**values, "seal": upload})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    municipality = Municipality.objects.get()
    assert client.get(reverse("seal")).status_code == 200
    assert Image.open(io.BytesIO(seal_png(municipality))).size == (20, 20)


@pytest.mark.parametrize("content", [picture("GIF"), picture("PNG", 4000, "1"), b"x", picture("JPEG", 200)[:300]])
def test_a_file_that_is_no_usable_seal_is_no_seal(cast: Cast, client: Client, content: bytes) -> None:
    municipality = Municipality.objects.get()
    municipality.seal.save("broken.png", ContentFile(content))
    with pytest.raises(OSError):
        seal_png(municipality)
    assert client.get(reverse("seal")).status_code == 404


def test_a_bomb_is_refused_by_its_head() -> None:
    stream = io.BytesIO(picture("PNG", 4000, "1"))
    seal: Any = SimpleNamespace(name="bomb.png", open=lambda _mode: stream)
    with pytest.raises(UnusableSealError, match="pixels"):
        seal_png(SimpleNamespace(seal=seal))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ['"name"', '{"a": 1}', "[1]", '[""]', '[" "]', '["a\\u0000"]', json.dumps(["x" * 201]), "[" * 20_000]
)
def test_spellings_are_a_list_of_names(cast: Cast, admin_portal_client: Client, written: str) -> None:
    division = Division.objects.get(name="กองช่าง")
    path = f"/admin/organization/division/{division.pk}/change/"
    values = {"name": division.name, "order": division.order, "active": "on", "aliases": written}
    answer = admin_portal_client.post(path, values)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["aliases"]


def test_good_spellings_and_none_are_kept() -> None:
    field = AliasesField(required=False)
    assert field.clean('[" สำนักปลัด "]') == ["สำนักปลัด"]
    assert field.clean("") == []
