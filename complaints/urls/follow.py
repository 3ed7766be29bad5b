"""Addresses: following it with the code."""

from django.urls import URLPattern, path

from ..views import follow, verify

urlpatterns: list[URLPattern] = [
    path("follow/", follow.follow, name="follow"),
    path("follow/withdraw/", follow.withdraw, name="follow_withdraw"),
    path("follow/identity/", follow.identity, name="follow_identity"),
    path("follow/files/<uuid:name>/", follow.file, name="follow_file"),
    path("follow/copy.zip", follow.copy, name="follow_copy"),
    path("leave/", follow.leave, name="leave"),
    path("verify/", verify.verify, name="verify"),
]
