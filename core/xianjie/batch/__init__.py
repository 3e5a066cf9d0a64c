"""Many cases in one table: the form to fill in, its reading, the same file marked where it is wrong, the answers."""
