"""Who sees a page, and what may be posted from it."""
