"""What a rule listens for, as data: cues (words and patterns by class), guards (exemptions), blockers (likenesses).

All patterns are Python regular expressions over the normalised text (`leads/normalising.py`): simplified characters,
half width, lower case, disguises removed. A rule made by a supervisor without code has the same shape as these.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from leads.numbers import NumberKind
from records.base import Record
from records.leads import Rule, Verdict
from records.market import Category, Speaker

__all__ = [
    "LONGEST_BLOCKER",
    "NEGATED",
    "NOT_COMMERCIAL",
    "NOT_MERCHANT",
    "REACH",
    "Cue",
    "Guard",
    "LeadRule",
    "Procedure",
    "Scope",
    "Signal",
]

LONGEST_BLOCKER = 64
"""Characters; `check_rules` refuses a longer one."""
REACH = 40
"""Characters on either side of a word within which its pattern is looked for."""
NEGATED = "否定、警示或引述语境"
NOT_COMMERCIAL = "科普、普法、通报、试题等，并非经营者的宣传"
NOT_MERCHANT = "用户评价或平台文字，非商家自述"


class Scope(StrEnum):
    """How far around a hit a pattern is looked for.

    overlap: the match shares characters with the hit; clause: up to the next comma; sentence: up to the next full stop;
    text: the whole block and the page's title; page: all that the merchant says on the page.
    """

    OVERLAP = "overlap"
    CLAUSE = "clause"
    SENTENCE = "sentence"
    TEXT = "text"
    PAGE = "page"


class Cue(Record):
    """One class of words.

    A hit is a needle of `words`; with `pattern` it must lie inside a match of it, which then is the span. `near` must
    be found and `bar` must not be found within their scopes. `only` and `never` are product classes.

    `number`: the span must be a number of that kind that is faulty. `owed`: a number the page owes; the hit is nothing
    when it is shown anywhere on the page, suspected only when the page was read whole and numbers were looked for,
    undetermined when it was not read whole, and nothing when nobody looked. `owed_in_words`: what is owed is a
    statement and no number, so that a page read whole is enough to miss it. `of_goods`: the words name what is sold, so
    that a hit in another block of a page counts only when its title has such a word (可进微波炉 sells no 微波炉).
    `denied_within`: a word of the cue denied inside the match denies the hit, not only the match denied as a whole.
    """

    cue_class: str
    words: tuple[str, ...]
    pattern: str = ""
    near: str = ""
    near_scope: Scope = Scope.SENTENCE
    bar: str = ""
    bar_scope: Scope = Scope.OVERLAP
    only: tuple[Category, ...] = ()
    never: tuple[Category, ...] = ()
    verdict: Verdict = Verdict.SUSPECTED
    number: NumberKind = NumberKind.NONE
    owed: str = ""
    owed_in_words: bool = False
    of_goods: bool = False
    denied_within: bool = False


class Guard(Record):
    """An exemption and the context that shows it. Without a pattern, the product class or speaker alone shows it.

    `cue_classes` limits it to hits of these classes. In force only between its dates: guidance comes and goes.
    """

    exemption_id: str
    pattern: str = ""
    scope: Scope = Scope.SENTENCE
    only: tuple[Category, ...] = ()
    never: tuple[Category, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    cue_classes: tuple[str, ...] = ()
    unless: str = ""
    verdict: Verdict = Verdict.EXCLUDED
    in_force_from: date | None = None
    in_force_to: date | None = None


class Procedure(StrEnum):
    """Which facts beside the text a rule also judges (`leads/procedures.py`)."""

    NONE = ""
    LICENCE_SHOWN = "licence_shown"
    LICENCE_VALID = "licence_valid"
    APPROVAL_FORM = "approval_form"
    LIST_PRICE = "list_price"
    REVIEWS_ALIKE = "reviews_alike"
    PROMOTION_KEPT = "promotion_kept"


class Signal(Record):
    """What a rule listens for. `blockers` look like cues and never are; in `escalated` classes the rule weighs high.

    `heeds` are speakers beside the merchant and the label whose words this rule judges (a platform's own rules, what
    reviews give away); for all other rules their words are no advertising.
    """

    cues: tuple[Cue, ...] = ()
    guards: tuple[Guard, ...] = ()
    blockers: tuple[str, ...] = ()
    negatable: bool = True
    escalated: tuple[Category, ...] = ()
    procedure: Procedure = Procedure.NONE
    heeds: tuple[Speaker, ...] = ()


class LeadRule(Rule):
    """A rule with its signal."""

    signal: Signal = Signal()
