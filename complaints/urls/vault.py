"""Addresses: vaults, officers and recovery."""

from django.urls import URLPattern, path

from ..views import officers, vault

urlpatterns: list[URLPattern] = [
    path("desk/vault/", vault.set_up, name="vault_set_up"),
    path("desk/unlock/", vault.unlock, name="unlock"),
    path("desk/lock/", vault.lock, name="lock"),
    path("desk/passphrase/", vault.passphrase, name="passphrase"),
    path("desk/officers/", officers.officers, name="officers"),
    path("desk/recovery/", officers.recovery, name="recovery"),
    path("desk/recover/", officers.recover, name="recover"),
]
