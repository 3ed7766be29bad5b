"""Django database backend: PostgreSQL whose server is started on the first connection."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from .server import SUPERUSER, EmbeddedServer


@cache
def embedded_server() -> EmbeddedServer:
    """The server of this checkout."""
    return EmbeddedServer(Path(settings.PORTAL_VAR))


class DatabaseWrapper(base.DatabaseWrapper):
    """Ensures the server, and the portal's own database in it, before connecting."""

    def get_connection_params(self) -> dict[str, Any]:
        server = embedded_server()
        server.ensure_running()
        name = self.settings_dict["NAME"]
        if name == settings.PORTAL_DATABASE:
            server.create_database(name)
        return {**super().get_connection_params(), "host": str(server.socket_folder), "user": SUPERUSER}
