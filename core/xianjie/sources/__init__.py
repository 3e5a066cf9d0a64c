"""The user's own copies of documents: their text, clauses and sentences, and how a revised text drifts from them."""
