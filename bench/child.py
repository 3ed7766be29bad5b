"""A portal in a process of its own, on a database of its own: how benchmarks give it orders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def environment(database: str) -> dict[str, str]:
    """What a process needs to work on a database of the benchmarks."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_DATABASE": database}


class Child:
    """module: what the process runs; it reads an order a line and answers with one. SystemExit where it has ended."""

    def __init__(self, module: str, database: str) -> None:
        self.database = database
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=environment(database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, act: str, **words: Any) -> Any:
        """What it answers to an order."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": act, **words}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the portal on {self.database} has ended")
        return json.loads(line)

    def close(self) -> None:
        """End it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()
