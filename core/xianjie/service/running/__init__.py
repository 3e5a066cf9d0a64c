"""Running the service: where it listens, what it opens, its processes, and how it stops."""
