"""Assessing a population file by file: the question, the parts, each part's receipt, and the manifest."""
