"""Addresses of sign-in and the staff home."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from . import views

urlpatterns = [
    path(
        "accounts/login/",
        auth_views.LoginView.as_view(template_name="organization/login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("accounts/logout/", login_not_required(auth_views.LogoutView.as_view()), name="logout"),
    path(
        "accounts/password/",
        auth_views.PasswordChangeView.as_view(template_name="organization/password_change.html", success_url="/staff/"),
        name="password_change",
    ),
    path("seal.png", views.seal, name="seal"),
    path("staff/", views.staff_home, name="staff_home"),
]
