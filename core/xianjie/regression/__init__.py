"""Regression cases: what a policy must answer, read from files, put to the engine, and told where it does not hold."""
