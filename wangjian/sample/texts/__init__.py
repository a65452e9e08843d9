"""Phrase banks of the sample market, one TOML file a product class; the plants stand in `plants_*.toml`.

Ordinary banks hold nothing that any rule asks for (tests/sample/test_texts.py).
"""
