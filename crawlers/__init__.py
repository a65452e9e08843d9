"""Finds shops and reads them: survey engine, page objects, the general reader."""
