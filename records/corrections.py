"""复查: whether what a 责令改正 was about is still on the pages, with the visits that show it."""

from __future__ import annotations

from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["CorrectionCheck", "CorrectionState", "PageCheck", "PageState"]


class PageState(StrEnum):
    """One page after the order."""

    CLEAR = "已不见原用语"
    STILL = "仍有命中"
    GONE = "商品页已下架"
    NOT_VISITED = "责令后尚未访问"
    UNREAD = "未能读全"


class CorrectionState(StrEnum):
    """All pages together; 尚不能断定 whenever one was not seen. Never the end of a lead: a person decides."""

    CLEAR = "页面已见改正"
    STILL = "仍有命中"
    OPEN = "尚不能断定"


class PageCheck(Record):
    """A page the lead's findings were read on, as last visited."""

    url: str
    listing_id: str = ""
    state: PageState
    visited_at: UtcDatetime | None = None
    page_id: str = ""
    page_sha256: DigestHex | None = None
    words: tuple[str, ...] = ()


class CorrectionCheck(Record):
    """The standing of a lead after 责令改正 (or 通知平台)."""

    lead_id: str
    ordered_at: UtcDatetime
    state: CorrectionState
    pages: tuple[PageCheck, ...]

    @property
    def sentence(self) -> str:
        """In words, for the lead's history."""
        counts = {state: sum(page.state is state for page in self.pages) for state in PageState}
        told = "，".join(f"{state.value} {count} 页" for state, count in counts.items() if count)
        return f"{self.state.value}（{told}）；结论由承办人作出"
