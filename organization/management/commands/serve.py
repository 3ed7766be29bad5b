"""`make run`: set up whatever is missing, then serve until Ctrl-C."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from ita_portal.serving import server_command
from organization.portal_data import CAST, demonstration_password


class Command(BaseCommand):
    """Migrates, fills in, collects static files, serves with gunicorn on PORTAL_PORT."""

    help = "Set up the portal and serve it on 127.0.0.1."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Database …")
        connection.ensure_connection()
        self.stdout.write("Migrations …")
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Municipality and plan …")
        call_command("set_up_portal", demo=settings.PORTAL_DEMO)
        self._collect_static()
        connections.close_all()
        self._say_where()
        sys.exit(self._serve())

    def _collect_static(self) -> None:
        """Only when a static file has changed: it compresses every one of them."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = _state_of_static_files()
        if stamp.exists() and stamp.read_text() == state:
            return
        self.stdout.write("Static files …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(state)

    def _say_where(self) -> None:
        address = f"http://127.0.0.1:{settings.PORTAL_PORT}/"
        self.stdout.write(f"\nThe portal answers at {address} (Ctrl-C stops it)")
        self.stdout.write(f"  public plan   {address}measures/2567/")
        self.stdout.write(f"  sign in       {address}accounts/login/")
        self.stdout.write(f"  back office   {address}admin/")
        if settings.PORTAL_DEMO:
            self.stdout.write(f"  accounts      {' · '.join(CAST)}")
            self.stdout.write(f"  password      {demonstration_password()}   (data marked ตัวอย่าง are examples)")
        self.stdout.flush()

    def _serve(self) -> int:
        command = server_command(settings.PORTAL_PORT, settings.PORTAL_VAR)
        # Ctrl-C reaches the server too, as it belongs to the same terminal; here it must only be outlived.
        server = subprocess.Popen(command, env=os.environ | {"DJANGO_SETTINGS_MODULE": "ita_portal.settings"})
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        code = server.wait()
        if code not in (0, -signal.SIGINT, -signal.SIGTERM):
            raise CommandError(
                f"The server ended with code {code}. Is port {settings.PORTAL_PORT} taken? (PORTAL_PORT)"
            )
        return 0


def _state_of_static_files() -> str:
    """A digest over names, sizes and times of every static file, the packages' own included."""
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    folders += [Path(config.path) / "static" for config in apps.get_app_configs()]
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file():
                stat = path.stat()
                digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
