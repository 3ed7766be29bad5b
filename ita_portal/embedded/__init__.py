"""The portal's own PostgreSQL, used where no DATABASE_URL names a server."""
