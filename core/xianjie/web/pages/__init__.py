"""The pages, each in a module or a room of its own."""
