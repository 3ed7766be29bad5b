"""Django database backend: PostgreSQL whose server is started on the first connection."""

from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db.backends.postgresql import base

from .server import SUPERUSER, EmbeddedServer


@cache
def embedded_server() -> EmbeddedServer:
    """The server of this checkout."""
    return EmbeddedServer(Path(settings.PORTAL_VAR))


class DatabaseWrapper(base.DatabaseWrapper):
    """Ensures the server, and the portal's own database in it, before connecting; brings back one that was killed."""

    def get_connection_params(self) -> dict[str, Any]:
        server = embedded_server()
        server.ensure_running()
        name = self.settings_dict["NAME"]
        if name == settings.PORTAL_DATABASE:
            try:
                server.create_database(name)
            except psycopg2.OperationalError:
                server.bring_back()
                server.create_database(name)
        return {**super().get_connection_params(), "host": str(server.socket_folder), "user": SUPERUSER}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg2.OperationalError:
            embedded_server().bring_back()
            return super().get_new_connection(conn_params)
