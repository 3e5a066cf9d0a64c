"""Suites of cases that a policy's own rules call for, and how well a suite guards a policy against slips."""
