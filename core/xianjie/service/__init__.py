"""The HTTP service: what the engine answers, for other systems. Importing it loads nothing heavy."""
