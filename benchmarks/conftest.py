"""Benchmarks run as the commands do: what these say before Polars is loaded is said here."""

from xianjie.population.memory import keep_freed_memory

keep_freed_memory()
