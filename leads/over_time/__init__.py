"""Rules that compare visits: each a pure function over a small history, resting on the visits it names."""
