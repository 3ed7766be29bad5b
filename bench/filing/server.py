"""The portal as `make run` serves it, with what the system says of its processes."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ita_portal.serving import server_command

START_SECONDS = 60


class Server:
    """gunicorn with its workers, and the database beside it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, var: Path) -> None:
        self.process = process
        self.port = port
        self.var = var

    def workers(self) -> list[int]:
        """Process numbers of the web workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def postmaster(self) -> int | None:
        """Process number of the database, or None where it is just not there."""
        try:
            return int((self.var / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def kill_one(self, chance: random.Random) -> str:
        """`kill -9` of a worker, a process of the database or the database itself; says which."""
        what = chance.choice(["worker", "worker", "backend", "database"])
        postmaster = self.postmaster()
        victims = self.workers() if what == "worker" else []
        if what == "backend" and postmaster:
            children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
            victims = [int(pid) for pid in children]
        if what == "database" and postmaster:
            victims = [postmaster]
        if victims:
            try:
                os.kill(chance.choice(victims), signal.SIGKILL)
            except ProcessLookupError:
                return f"{what} (had ended)"
        return what

    def memory(self) -> dict[int, int]:
        """Resident bytes of each worker now."""
        return {pid: _status(pid, "VmRSS") for pid in self.workers()}

    def peaks(self) -> dict[int, int]:
        """The most resident bytes of each worker since `forget_peaks`."""
        return {pid: _status(pid, "VmHWM") for pid in self.workers()}

    def forget_peaks(self) -> None:
        """Begin anew to watch for the most."""
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextmanager
def served(var: Path) -> Iterator[Server]:
    """The portal on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(server_command(port, var), env=os.environ)
    try:
        wait_for(port)
        yield Server(process, port, var)
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Until the portal answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the portal does not answer")


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0
