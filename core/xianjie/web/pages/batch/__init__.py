"""Many cases in one table: the template, the upload, and what came of it."""
