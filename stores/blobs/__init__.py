"""Content-addressed, write-once bytes."""
