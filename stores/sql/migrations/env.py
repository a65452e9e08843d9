"""Run by Alembic. Migrations run on the connection that `stores.sql.migrating` hands over, inside its transaction."""

from alembic import context

from stores.sql.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, compare_type=True)
context.run_migrations()
