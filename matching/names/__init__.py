"""Names of businesses: one normal form for both sides, and the parts a registered name is made of."""
