"""Whether a text only tells of words or deeds: quotes them to reject them, turns down who asks for them, reports what
an authority found, says it is a name, or shows the thing without selling it.

`Passage.denied` sees what stands right beside a hit. Here the whole turn of speech counts, for all rules alike: what is
told of is offered by nobody. Nothing of it holds where the same sentence goes on to sell.
"""

from __future__ import annotations

from leads.context import Passage
from leads.rules import told_words as words

__all__ = ["told_of"]


def told_of(passage: Passage, span: tuple[int, int], *, rule_id: str) -> bool:
    """Whether the words at `span` are only told of, so that the rule has nothing against them.

    Args:
        passage: The text, normalised.
        span: Start and end of the hit in it, in characters.
        rule_id: The rule that hears them.
    """
    text, (start, end) = passage.text, span
    first, last = passage.sentence(start, end)
    spared = words.SPARED.get(rule_id)
    is_spared = spared is not None and spared.search(text, first, last) is not None
    if is_spared and (rule_id == "G11" or not rule_id.startswith("G")):
        return True
    if words.SELLS.search(text, first, min(len(text), last + 40)) is not None:
        return False
    if is_spared:
        return True
    if rule_id not in words.REFUSAL_IS_THE_DEED and _refused(text, first, start, end):
        return True
    if words.IS_A_NAME.search(text, end, min(last, end + 24)) is not None:
        return True
    if rule_id in words.TOLD_OF_ONESELF:
        return False
    return (
        (rule_id not in words.QUOTING_IS_THE_DEED and _rejected(text, first, start, end))
        or words.SUCH_TALK.match(text, end) is not None
        or (words.MET_WITH.search(text, first, start) is not None and words.WHAT_TO_DO.match(text, end) is not None)
        or words.REPORTED.search(text, first, _past_question(passage, last)) is not None
        or words.SHOWN.search(text, first, last) is not None
    )


def _past_question(passage: Passage, last: int) -> int:
    """The end of what is said right after a sentence that asks: a report answers its own question."""
    text = passage.text
    return passage.sentence(last + 1, last + 1)[1] if text[last : last + 1] == "?" and last + 1 < len(text) else last


def _rejected(text: str, first: int, start: int, end: int) -> bool:
    """Whether they stand in quotes and are taken back, forbidden or called wrong before or after."""
    opened = [found.start() for found in words.OPENS.finditer(text, max(first, start - 30), end)]
    if not opened:
        return False
    closes = words.CLOSES.search(text, max(opened[0] + 1, min(start + 1, end)), end + 30)
    if closes is None:
        return False
    head = text[max(first, opened[0] - 24) : opened[0]]
    return words.REJECTED_BEFORE.search(head) is not None or words.REJECTED_AFTER.match(text, closes.end()) is not None


def _refused(text: str, first: int, start: int, end: int) -> bool:
    """Whether somebody asks for it in vain."""
    if words.SUCH_WORK.match(text, end) or words.NOT_SOLD.match(text, end) or words.DENIES.search(text, start, end):
        return True
    if words.REQUESTED.search(text, first, start) is not None and words.TURNED_DOWN.match(text, end) is not None:
        return True
    if words.DISBELIEVED.search(text, first, start) is not None:
        return True
    if words.NO_PROMISE_OF.search(text, first, start) is not None and words.PROMISED.match(text, end) is not None:
        return True
    asked = words.IS_ASKED.search(text, max(first, start - 16), min(len(text), end + 18))
    return asked is not None and words.ANSWERED_NO.match(text, end) is not None
