"""The portal's own PostgreSQL: started, shared and stopped by real processes."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from ita_portal.embedded import server as module
from ita_portal.embedded.server import EmbeddedServer, EmbeddedServerError

USER = """
import sys
from pathlib import Path
from ita_portal.embedded.server import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).ensure_running()
print("using", flush=True)
sys.stdin.read()
"""
"""A process that uses the server until its input ends."""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a checkout with a space and Thai letters in its path, far beyond a socket's 107 bytes."""
    return tmp_path_factory.mktemp("สำเนา ของ โครงการ") / ("a folder " * 12).strip() / "var"


@pytest.fixture
def server(var: Path) -> Iterator[EmbeddedServer]:
    """A server of that checkout; stopped afterwards."""
    found = EmbeddedServer(var)
    yield found
    found.release()


@contextlib.contextmanager
def other_process(var: Path) -> Iterator[subprocess.Popen[str]]:
    """Somebody else who uses the server of `var`."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(var)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "using\n"
        yield process
        process.kill()


def answers(server: EmbeddedServer) -> bool:
    return server._answers()


def ask(server: EmbeddedServer, question: str, database: str = "postgres") -> object:
    connection = psycopg2.connect(host=str(server.socket_folder), user=module.SUPERUSER, dbname=database)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def test_it_runs_in_a_long_path_with_spaces_and_keeps_its_data(server: EmbeddedServer) -> None:
    assert len(str(server.data).encode()) > module.SOCKET_PATH_LIMIT
    server.ensure_running()
    server.create_database("kept")
    server.create_database("kept")
    ask(server, "CREATE TABLE note AS SELECT 'จดไว้' AS text", "kept")
    server.release()
    assert not answers(server)
    server.ensure_running()
    assert ask(server, "SELECT text FROM note", "kept") == "จดไว้"


def test_it_listens_to_no_network_and_to_its_own_user_only(server: EmbeddedServer) -> None:
    server.ensure_running()
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.socket_folder.stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0


def test_two_checkouts_stand_side_by_side(server: EmbeddedServer, tmp_path: Path) -> None:
    second = EmbeddedServer(tmp_path / "var")
    server.ensure_running()
    second.ensure_running()
    try:
        folders = [Path(str(ask(each, "SHOW data_directory"))) for each in (server, second)]
        assert folders == [server.data, second.data]
        server.release()
        assert answers(second)
        assert not answers(server)
    finally:
        second.release()
    assert not answers(second)


def test_the_last_user_stops_it(server: EmbeddedServer, var: Path) -> None:
    with other_process(var) as other:
        server.ensure_running()
        server.release()
        assert answers(server), "another process still needs it"
        assert other.stdin is not None
        other.stdin.close()
        assert other.wait(timeout=30) == 0
    assert not answers(server)
    assert not (server.data / "postmaster.pid").exists()


def test_a_user_who_was_killed_holds_nothing(server: EmbeddedServer, var: Path) -> None:
    with other_process(var) as other:
        other.send_signal(signal.SIGKILL)
        other.wait(timeout=30)
    assert answers(server), "nobody was left to stop it"
    server.ensure_running()
    server.release()
    assert not answers(server), "the next one who leaves does"


def test_a_server_that_was_killed_starts_again(server: EmbeddedServer) -> None:
    server.ensure_running()
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    again = EmbeddedServer(server.var)
    again.ensure_running()
    try:
        assert ask(again, "SELECT 1") == 1
    finally:
        server.release()
        again.release()
    assert not answers(again)


def test_a_forked_worker_counts_for_itself(server: EmbeddedServer, var: Path) -> None:
    """The parent's end must not take the server from a child that uses it, nor the other way round."""
    server.ensure_running()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        server.ensure_running()
        server.release()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert answers(server), "the child left, the parent stays"


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = EmbeddedServer(tmp_path / "var")
    target = tmp_path / "elsewhere"
    target.mkdir()
    server.socket_folder.symlink_to(target)
    with pytest.raises(EmbeddedServerError, match="belongs to somebody else"):
        server.ensure_running()
    server.release()


def test_a_long_temporary_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 100)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert EmbeddedServer(tmp_path).socket_folder.parent == Path("/tmp")


def test_a_start_that_fails_says_where_to_look(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "var")
    server.ensure_running()
    server.release()
    (server.data / "postgresql.conf").write_text("no_such_setting = on\n")
    for _time in (1, 2):
        with pytest.raises(EmbeddedServerError, match=r"postgres\.log"):
            server.ensure_running()
    assert "no_such_setting" in server.log.read_text()


def test_a_set_up_that_was_interrupted_is_begun_anew(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "var")
    half = server.var / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.ensure_running()
    try:
        assert ask(server, "SELECT 1") == 1
        assert not half.exists()
    finally:
        server.release()


def test_a_server_that_was_killed_comes_back_with_its_data(server: EmbeddedServer) -> None:
    server.ensure_running()
    ask(server, "CREATE TABLE IF NOT EXISTS acknowledged AS SELECT 1 AS report")
    os.kill(int((server.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
    server.bring_back()
    assert ask(server, "SELECT count(*) FROM acknowledged") == 1


def test_one_that_another_process_started_and_nobody_buried_comes_back(server: EmbeddedServer, var: Path) -> None:
    with other_process(var) as other:
        server.ensure_running()
        os.kill(int((server.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
        server.bring_back()
        assert ask(server, "SELECT 1") == 1
        assert other.poll() is None


def test_a_server_that_recovers_is_waited_for(server: EmbeddedServer) -> None:
    server.ensure_running()
    connection = psycopg2.connect(host=str(server.socket_folder), user=module.SUPERUSER, dbname="postgres")
    os.kill(connection.get_backend_pid(), signal.SIGKILL)  # one such loss makes PostgreSQL start over
    connection.close()
    with contextlib.suppress(psycopg2.OperationalError):
        for _look in range(1000):
            ask(server, "SELECT 1")  # until it has noticed
    server.bring_back()
    assert ask(server, "SELECT 1") == 1
