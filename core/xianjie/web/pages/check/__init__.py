"""Check one case: ask what still matters, show at once what follows, and put it on record when the officer says so."""
