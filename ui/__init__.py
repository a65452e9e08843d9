"""The console: server-rendered pages and htmx."""
