"""The migrations of the tables in PostgreSQL, as Alembic runs them."""
