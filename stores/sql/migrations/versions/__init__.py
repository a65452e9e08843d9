"""One script a revision, oldest first by its number."""
