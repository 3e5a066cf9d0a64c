"""Populations: conditions compiled to columns, so that millions of rows are decided at once."""
