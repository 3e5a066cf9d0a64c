"""Populations that were assessed elsewhere: what each came to, never a row of it."""
