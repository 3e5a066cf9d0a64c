"""The version of the engine, told in every answer."""

__version__ = "0.1.0"
