"""Policies: the file of a region's document, read, checked, and made ready to be decided."""
