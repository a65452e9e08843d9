"""What opinions come to: two that agree settle a pair, else the third decides."""

from __future__ import annotations

import unicodedata

from records.errors import InvalidInputError, TransitionRefusedError
from records.reviews import Opinion, ReviewPair, ReviewState

__all__ = ["answered", "frozen", "same_person"]

_MAX_NAME = 60
_MAX_NOTE = 2_000


def answered(pair: ReviewPair, opinion: Opinion) -> ReviewPair:
    """The pair with one more opinion.

    Raises:
        InvalidInputError: No reviewer is named, or the name or note is too long.
        TransitionRefusedError: It is settled, belongs to a test set, or this person has answered.
    """
    if not opinion.reviewer.strip() or len(opinion.reviewer) > _MAX_NAME:
        raise InvalidInputError(f"复核人姓名应为 1–{_MAX_NAME} 字", cure="加 --reviewer 姓名")
    if len(opinion.note) > _MAX_NOTE:
        raise InvalidInputError(f"说明超过 {_MAX_NOTE} 字", cure="缩短 --note")
    if pair.frozen:
        raise TransitionRefusedError(
            f"{pair.pair_id} 属于封存的测试集，不接受意见", cure="复核其他的：match review next"
        )
    if pair.state is ReviewState.SETTLED:
        raise TransitionRefusedError(f"{pair.pair_id} 已有结论", cure="复核其他的：match review next")
    if any(same_person(known.reviewer, opinion.reviewer) for known in pair.opinions):
        raise TransitionRefusedError(f"{opinion.reviewer} 已对 {pair.pair_id} 发表过意见", cure="须由另一人独立复核")
    opinions = (*pair.opinions, opinion)
    state, verdict = ReviewState.OPEN, None
    if len(opinions) == 2:
        agreed = opinions[0].answer is opinions[1].answer
        state, verdict = (ReviewState.SETTLED, opinion.answer) if agreed else (ReviewState.DISPUTED, None)
    elif len(opinions) > 2:
        state, verdict = ReviewState.SETTLED, opinion.answer
    return pair.model_copy(update={"opinions": opinions, "state": state, "verdict": verdict})


def same_person(one: str, other: str) -> bool:
    """Whether two names as typed are one person's: spaces, width and case do not make another.

    >>> same_person("张 三", "张三"), same_person("ZHANG3", "zhang３"), same_person("张三", "李四")
    (True, True, False)
    """
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def frozen(pair: ReviewPair) -> ReviewPair:
    """The pair as part of a test set, for good.

    Raises:
        TransitionRefusedError: Somebody answered it already, so that its label may have gone to calibration.
    """
    if pair.opinions:
        raise TransitionRefusedError(f"{pair.pair_id} 已有意见，不能再封存为测试集", cure="另选未复核的")
    return pair.model_copy(update={"frozen": True})
