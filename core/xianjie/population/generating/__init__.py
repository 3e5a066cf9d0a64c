"""Populations invented: nobody in them lives, and no figure of theirs is taken from a real one."""
