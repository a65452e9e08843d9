"""The release's own record of the rules it answers for: which version of each, checked on which day.

Checked: every example comes out as written; articles, days of force and sources are named. Not checked: articles marked
待核 against the official text; whether they suit a bureau, which signs for itself (`wangjian rules sign`).
The table is written by `python deploy/reference.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

__all__ = ["SIGNED_AS", "SIGNED_ON"]

SIGNED_ON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

SIGNED_AS: Mapping[str, str] = {
    "A01": "1",
    "A02": "1",
    "A03": "1",
    "A04": "1",
    "A05": "1",
    "A06": "1",
    "A10": "1",
    "A11": "1",
    "A14": "1",
    "A15": "1",
    "A16": "1",
    "A20": "1",
    "A21": "1",
    "C01": "1",
    "C02": "1",
    "C03": "1",
    "C04": "1",
    "C05": "1",
    "C06": "1",
    "C15": "1",
    "C16": "1",
    "G01": "1",
    "G02": "1",
    "G03": "1",
    "G04": "1",
    "G05": "1",
    "G06": "1",
    "G07": "1",
    "G08": "1",
    "G10": "1",
    "G11": "1",
    "G12": "1",
    "G13": "1",
    "G14": "1",
    "N01": "1",
    "N02": "1",
    "N06": "1",
}
