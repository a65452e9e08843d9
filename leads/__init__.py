"""What may be unlawful and what became of it: rules, judging, findings, leads, jurisdiction."""
