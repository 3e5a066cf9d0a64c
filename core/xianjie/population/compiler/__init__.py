"""Policies compiled to columns: facts, conditions, readings and what is missing, as expressions."""
