"""Differences and proofs: what a solver says about policies, each witness put to the engine before it is shown."""
