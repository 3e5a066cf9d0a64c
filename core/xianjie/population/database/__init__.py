"""Populations in PostgreSQL: a table read into staged parts, its answers written back, each part exactly once."""
