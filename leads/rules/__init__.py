"""The rules, one file a domain: subject (N), goods (G), advertising (A), trade (C). Law, signal and examples together."""
