"""A browser that the cast gives is one in which somebody signed in."""

from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client

from organization.models import User
from tests.cast import Cast


def who(client: Client) -> tuple[object, dict[str, object]]:
    request = HttpRequest()
    request.session = client.session
    return get_user(request), dict(client.session.items())


def test_it_is_as_if_they_had_signed_in(cast: Cast) -> None:
    django = Client()
    django.force_login(cast.staff)
    assert who(django) == who(cast.client("staff"))
    assert who(django)[0] == cast.staff


def test_each_browser_is_its_own(cast: Cast) -> None:
    one, other = cast.client("staff"), cast.client("staff")
    one.logout()
    assert not who(one)[1]
    assert who(other)[0] == User.objects.get(username="staff")
