"""Records in a relational database, by SQLAlchemy Core: `database` (transactions), `tables`, and one module a port.

What only SQLite can do or says stands in `sqlite`; the statements elsewhere are those PostgreSQL understands too.
"""
