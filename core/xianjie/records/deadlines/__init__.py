"""Ledgers and counted duties: what was done to them, how they stand, and when they are due."""
