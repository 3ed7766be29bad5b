"""Officers with vaults, filed complaints, and the browsers of both sides."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from complaints import sealing
from complaints.conflict import Accused
from complaints.models import Officer
from complaints.services.filing import Filed, Submission, file_report
from complaints.services.officers import confirm_officer, set_up_vault, unlock_vault
from complaints.sessions import VAULT_COOKIE, OpenVault, start_vault
from ita_portal.fiscal import today
from tests.cast import PEOPLE, Cast
from tests.rows import Rows

PASSPHRASE = "a passphrase of the tests"
REPORT = {
    "accused_name": "", "accused_position": "", "accused_division": "", "happened_on": "2026-01-05",
    "happened_at_place": "ตลาดสด", "narrative": "เจ้าหน้าที่เรียกเงิน 500 บาทเพื่อออกใบอนุญาต", "evidence_note": "ภาพถ่าย",
    "witnesses": "แม่ค้าแผงข้าง ๆ", "reported_elsewhere": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quick_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function with little work: what the real parameters cost is measured elsewhere."""
    weak = sealing.Strength(passes=1, memory=1)
    monkeypatch.setattr(sealing, "CODE", weak)
    monkeypatch.setattr(sealing, "VAULT", weak)


@dataclass
class Desk:
    """The officers and their opened vaults by user name."""

    cast: Cast
    vaults: dict[str, OpenVault] = field(default_factory=dict)

    def officer(self, name: str) -> Officer:
        """Their row as it is now."""
        return Officer.objects.get(user__username=name)

    def client(self, name: str) -> Client:
        """A browser in which they are signed in and their vault is open."""
        from django.core import signing

        client = self.cast.client(name)
        vault = self.vaults[name]
        token = start_vault(vault.officer, vault.pair.private)
        client.cookies[VAULT_COOKIE] = signing.TimestampSigner(salt="complaints.vault").sign(token)
        return client


def open_vault_of(user: Any, passphrase: str = PASSPHRASE) -> OpenVault:
    """Set up a vault and open it."""
    officer = set_up_vault(user, passphrase)
    return OpenVault(officer, sealing.KeyPair.of(unlock_vault(officer, passphrase)))


OFFICERS = ("integrity", "integrity2")
VAULTS = Rows(begin_with=PEOPLE)
"""Their vaults in the database."""


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """`integrity` and `integrity2`, both confirmed."""

    def private_keys() -> list[bytes]:
        first, second = (open_vault_of(getattr(cast, name)) for name in OFFICERS)
        confirm_officer(second.officer, by=first)
        return [vault.pair.private for vault in (first, second)]

    keys = VAULTS.of(private_keys, key=(today(), cast.integrity.pk))
    officers = {officer.user_id: officer for officer in Officer.objects.all()}
    vaults = {}
    for name, private in zip(OFFICERS, keys, strict=True):
        person = getattr(cast, name)
        officers[person.pk].user = person
        vaults[name] = OpenVault(officers[person.pk], sealing.KeyPair.of(private))
    return Desk(cast, vaults)


@pytest.fixture
def file_case(desk: Desk) -> Callable[..., Filed]:
    """`file_case(narrative=…, category=…, accused=…, identity=…, officers=…)`: a filed complaint."""

    def make(
        *, category: str = "bribery", accused: Accused | None = None, identity: dict[str, str] | None = None,
        **report: Any,
    ) -> Filed:  # fmt: skip
        return file_report(
            Submission(
                token=os.urandom(32), category=category, report=REPORT | report, accused=accused or Accused(),
                identity=identity,
            )
        )  # fmt: skip

    return make


@pytest.fixture(autouse=True)
def _sealed_files_apart(tmp_path: Any, settings: Any) -> Iterator[None]:
    """Sealed files of a test lie in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    yield
