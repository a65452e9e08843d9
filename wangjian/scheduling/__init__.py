"""When targets are visited: due times, what becomes of them, and who takes them. All of it is told the time."""
