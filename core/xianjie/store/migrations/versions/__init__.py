"""One module for each step of the tables; a step that was released is never changed."""
