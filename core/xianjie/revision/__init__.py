"""Revise a document: what differs between two policies, whom it affects, and which clauses a new text moved."""
