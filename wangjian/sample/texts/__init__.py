"""Phrase banks of the sample market, one TOML file a product class; the plants stand in `plants_*.toml`.

Ordinary banks hold nothing that any of the rules of domain.md section 3 asks for (tests/sample/test_texts.py).
"""
