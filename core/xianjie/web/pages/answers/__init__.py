"""How answers are shown, and the pages of the decisions that were given."""
