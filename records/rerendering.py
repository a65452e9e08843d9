"""断网重绘: a page drawn again from the bytes of its package alone, and how alike it is to what was captured."""

from __future__ import annotations

from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["LEAST_ALIKE", "LEAST_RELATED", "Likeness", "Rerendering"]

LEAST_ALIKE = 0.9
"""Text and picture: from here on the page drawn again counts as the one that was sealed. Pages that do not move by
themselves score 0.98 and more."""
LEAST_RELATED = 0.5


class Likeness(StrEnum):
    """What the scores come to. None of them says that anybody changed anything: pages show the time and chance."""

    ALIKE = "相符"
    DIFFERENT = "有出入"
    UNLIKE = "明显不符"
    UNTOLD = "未能比对"

    @property
    def advice(self) -> str:
        """What an officer should do about it."""
        return _ADVICE[self]


_ADVICE = {
    Likeness.ALIKE: "只凭包内原始字节重绘，文字与画面都与封存的一致",
    Likeness.DIFFERENT: "页面可能随时间或随机变化（倒计时、轮播、广告）；请对照封存的截图与重绘的差异，必要时二次固证",
    Likeness.UNLIKE: "原始字节绘不出所截的页面；不宜单凭截图认定，请人工核对后再固证一次，并在笔录中说明",
    Likeness.UNTOLD: "没有可比的文字或截图；以原始字节为准，需要画面时请再固证一次",
}


class Rerendering(Record):
    """The scores, for a person to weigh: pages that show the time or chance differ without anybody's doing.

    Attributes:
        text_score, picture_score: 1.0 line for line, tile for tile the same; None when it could not be compared.
        answered: Requests of the page answered from the package.
        unanswered: Addresses the page asked for that the package does not hold; at most twenty.
    """

    capture_id: str
    package_sha256: DigestHex
    url: str
    text_score: float | None = None
    picture_score: float | None = None
    answered: int
    unanswered: tuple[str, ...] = ()
    browser: str
    rendered_at: UtcDatetime

    @property
    def likeness(self) -> Likeness:
        """What both scores come to; the lower counts, and one that could not be had counts for nothing."""
        scores = [score for score in (self.text_score, self.picture_score) if score is not None]
        if not scores:
            return Likeness.UNTOLD
        if min(scores) >= LEAST_ALIKE:
            return Likeness.ALIKE
        return Likeness.DIFFERENT if min(scores) >= LEAST_RELATED else Likeness.UNLIKE

    def in_words(self) -> str:
        """One line, as it stands in the custody chain."""
        text, picture = ("未比对" if each is None else f"{each:.4f}" for each in (self.text_score, self.picture_score))
        return f"断网重绘{self.likeness.value}：文字 {text}，画面 {picture}"
