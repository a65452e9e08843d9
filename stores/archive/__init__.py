"""The survey's archive where several machines share it."""
