"""What a new portal has of the channel: its settings; in the demonstration two officers with vaults, and shares."""

from __future__ import annotations

import os

from django.conf import settings
from django.db import transaction

from organization.models import User
from organization.portal_data import demonstration_password, demonstrations, installers

from . import sealing
from .demonstration import demonstrate_cases
from .models import Case, ChannelSettings, Officer
from .poster_examples import demonstrate_posters
from .services.officers import (
    WrongPassphraseError,
    confirm_officer,
    make_recovery,
    set_up_vault,
    unlock_vault,
)
from .sessions import OpenVault

DEMONSTRATION_OFFICERS = ("integrity", "integrity2")
SHARES_FILE = "demo_recovery_shares"


def install_settings() -> None:
    """The channel's settings, where there are none."""
    ChannelSettings.objects.get_or_create(pk=1)


def demonstrate() -> None:
    """Vaults of the demonstration's officers and recovery shares, then example complaints."""
    _vaults()
    officer = Officer.objects.receiving().filter(user__username=DEMONSTRATION_OFFICERS[0]).first()
    if officer is None or Case.objects.exists():
        return
    try:
        private = unlock_vault(officer, demonstration_password())
    except WrongPassphraseError:
        return  # they chose another passphrase: this is no fresh demonstration any more
    with transaction.atomic():
        demonstrate_cases(OpenVault(officer, sealing.KeyPair.of(private)))


@transaction.atomic
def _vaults() -> None:
    """Vaults of the demonstration's officers, with the demonstration's password as passphrase."""
    if Officer.objects.exists():
        return
    passphrase = demonstration_password()
    first, second = (User.objects.get(username=name) for name in DEMONSTRATION_OFFICERS)
    officer = set_up_vault(first, passphrase)
    vault = OpenVault(officer, sealing.KeyPair.of(unlock_vault(officer, passphrase)))
    confirm_officer(set_up_vault(second, passphrase), by=vault)
    shares = make_recovery(needed=2, total=3, by=vault)
    path = settings.PORTAL_VAR / SHARES_FILE
    path.touch(mode=0o600)
    os.chmod(path, 0o600)  # noqa: PTH101 - before anything is in it
    path.write_text("\n".join(shares) + "\n")


installers.register("complaints", install_settings)
demonstrations.register("complaints", demonstrate)
demonstrations.register("complaints.posters", demonstrate_posters)
