"""The resources of the service, one file each; every file has a `routes` that adds its own to the application."""
