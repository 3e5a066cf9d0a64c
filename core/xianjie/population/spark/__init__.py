"""Spark as the engine beyond one machine: it is handed the names of files, and does with each what one process does."""
