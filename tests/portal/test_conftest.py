"""The ground the tests stand on."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.db import connection

from organization.choices import Role
from organization.models import Municipality
from tests.cast import Cast
from tests.factories import EvidenceFactory, MunicipalityFactory


def test_the_database_is_a_copy_of_the_run(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("test_")


def test_evidence_lies_in_the_folder_of_the_run(db: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    evidence = EvidenceFactory()
    assert default_storage.path(evidence.file.name).startswith(str(tmp_path_factory.getbasetemp()))


def test_everybody_has_their_role(cast: Cast) -> None:
    assert cast.secretary.groups.get().name == Role.PLAN_OFFICE
    assert cast.staff.division == cast.head.division != cast.staff2.division


@pytest.mark.django_db(transaction=True)
class TestAfterASweep:
    """What tests with real commits wrote is gone; what migrations leave behind must be there again."""

    @pytest.mark.parametrize("time", [1, 2])
    def test_roles_are_there(self, time: int) -> None:
        assert not Municipality.objects.exists()
        MunicipalityFactory()
        group = Group.objects.get(name=Role.ADMINISTRATOR)
        assert group.permissions.filter(codename="change_user").exists()
        Group.objects.all().delete()
