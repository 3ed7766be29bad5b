"""How the portal is served on one machine: by `make run` and by the benchmark alike."""

import sys
from pathlib import Path

WORKERS = 2
THREADS = 24


def server_command(port: int, var: Path) -> list[str]:
    """gunicorn on 127.0.0.1:`port`; its heartbeat files lie in `var`.

    No proxy stands before it: no header of a visitor's moves the portal's addresses (SCRIPT_NAME) or makes http
    https. Its warnings name addresses of visitors: errors alone are written.
    """
    return [
        sys.executable, "-m", "gunicorn", "ita_portal.wsgi:application",
        "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS),
        "--worker-tmp-dir", str(var), "--log-level", "error", "--no-control-socket",
        "--forwarder-headers", "", "--forwarded-allow-ips", "",
    ]  # fmt: skip
