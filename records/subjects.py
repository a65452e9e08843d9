"""What is known of a subject beside the register: its credit class and what became of its leads before."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import Record

__all__ = ["Credit", "CreditClass", "SubjectHistory"]


class Credit(StrEnum):
    """企业信用风险分类: A 低, B 一般, C 较高, D 高."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CreditClass(Record):
    """The class a bureau gave a subject, from which day, and by which list."""

    entity_code: str
    credit: Credit
    since: date
    source: str = ""


class SubjectHistory(Record):
    """Other leads of the subject: how many officers took up (行政指导, 责令改正, 立案), how many they excluded."""

    taken_up: int = 0
    excluded: int = 0
    credit: Credit | None = None
