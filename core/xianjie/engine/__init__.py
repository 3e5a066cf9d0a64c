"""The engine: puts one case to one region's policy, and answers in every dimension with clause and reason."""
