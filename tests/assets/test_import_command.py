"""`import_assets`: 0 or an error, and nothing half-written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset, Category
from organization.people import PORTAL_USERNAME

from ..cast import Cast
from .factories import CategoryFactory
from .import_files import HEAD, ROW, csv_file


@pytest.fixture
def office(cast: Cast) -> Category:
    """The kind of the examples."""
    kind: Category = CategoryFactory()
    return kind


def run(path: Path, *options: str) -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("import_assets", str(path), *options, stdout=out)
    return out.getvalue()


def written(folder: Path, *rows: tuple[str, ...]) -> Path:
    """A CSV file."""
    path = folder / "register.csv"
    path.write_bytes(csv_file(*rows).read())
    return path


def test_dry_run_then_import(office: Category, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, ROW)
    assert ROW[0] in run(path, "--dry-run")
    assert not Asset.objects.exists()
    run(path)
    run(path)
    event = Asset.pgh_event_models["insert"].objects.get()  # type: ignore[attr-defined]
    from organization.models import User

    assert event.pgh_context.metadata["user"] == User.objects.get(username=PORTAL_USERNAME).pk


def test_in_somebodys_name(cast: Cast, office: Category, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, ROW)
    run(path, "--by", "assets")
    event = Asset.pgh_event_models["insert"].objects.get()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.assets.pk
    with pytest.raises(CommandError, match="nobody"):
        run(path, "--by", "nobody")


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_bad_row_stops_everything(office: Category, tmp_path: Path, options: tuple[str, ...]) -> None:
    path = written(tmp_path, HEAD, ROW, ("2", "x", office.name, "กองทัพ"))
    with pytest.raises(CommandError, match="D3"):
        run(path, *options)
    assert not Asset.objects.exists()


def test_bad_files(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError):
        run(tmp_path)
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"not a workbook")
    with pytest.raises(CommandError):
        run(bad)
    bad.rename(tmp_path / "bad.csv")
    with pytest.raises(CommandError):
        run(tmp_path / "bad.csv")


def test_kinds_are_made_where_told(cast: Cast, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, ROW)
    assert ROW[2] in run(path, "--dry-run", "--new-kinds")
    run(path, "--new-kinds")
    assert Category.objects.get().name == ROW[2]
