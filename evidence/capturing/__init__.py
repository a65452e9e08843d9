"""One visit in a real browser: named, ordered, timed steps over a proxy that keeps every byte."""
