"""Addresses: vaults, officers and recovery."""

from django.urls import URLPattern, path

from ..views import officers, recovery, vault

urlpatterns: list[URLPattern] = [
    path("desk/vault/", vault.set_up, name="vault_set_up"),
    path("desk/unlock/", vault.unlock, name="unlock"),
    path("desk/lock/", vault.lock, name="lock"),
    path("desk/passphrase/", vault.passphrase, name="passphrase"),
    path("desk/officers/", officers.officers, name="officers"),
    path("desk/officers/<int:number>/confirm/", officers.confirm, name="officer_confirm"),
    path("desk/officers/<int:number>/cases/", officers.cases, name="officer_cases"),
    path("desk/officers/<int:number>/remove/", officers.remove, name="officer_remove"),
    path("desk/recovery/", recovery.recovery, name="recovery"),
    path("desk/recovery/cover/", recovery.cover, name="recovery_cover"),
    path("desk/recovery/shares.pdf", recovery.shares_file, name="recovery_shares"),
    path("desk/recover/", recovery.recover, name="recover"),
]
