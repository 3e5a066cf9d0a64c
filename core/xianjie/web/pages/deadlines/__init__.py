"""Ledgers and counted duties in the browser: lists, one of them, its forms, the calendar, and a what-if."""
