"""What an officer types, as a tree: words, quotes, 且/或/非, brackets, `字段:值`, ranges. One reading for every engine.

    玛咖 秘方                      both words (a blank is 且)
    "七天 无理由"                  these characters, the blank among them
    (玛咖 或 人参) 非 秘方         且/或/非 or AND/OR/NOT, standing alone; 非 binds tightest, then 且
    规则:A01 状态:待研判,核查中    exact values, alternatives by comma
    -规则:A01                      the same as 非 规则:A01
    地区:3301  距离:30.27,120.15,50  优先:0.5..  日期:2026-03..2026-04-15  标题:玛咖  编号:lead_1

A word keeps every character in it (`3.5折`, `某某（杭州）有限公司`); what would be syntax is meant as itself in quotes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from records.errors import InvalidInputError
from records.search_fields import (
    Between,
    Condition,
    HasValue,
    Identified,
    InCounties,
    InRegion,
    field_names,
    read_field,
)
from records.search_fold import fold

__all__ = ["AllOf", "AnyOf", "Condition", "NoneOf", "Phrase", "Tree", "highlighted_words", "parse_query"]

MOST_WORDS = 32
_MOST_TERMS = 100
_DEEPEST = 20
_QUOTES = str.maketrans("“”„‟", '""""')
_OPERATORS = {"AND": "且", "OR": "或", "NOT": "非", "且": "且", "或": "或", "非": "非"}
_FIELD = re.compile(r"([^\W\d_]+):(?!//)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Folded characters that stand side by side, in title or text, or in the title alone."""

    word: str
    title_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every part holds; without parts: everything."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneOf:
    """The part does not hold."""

    part: Tree


Tree = Phrase | Between | HasValue | Identified | InCounties | InRegion | AllOf | AnyOf | NoneOf


def parse_query(text: str) -> Tree:
    """Read a query.

    Raises:
        InvalidInputError: With the place of the mistake ("第 n 个字处") and what would be right.

    >>> parse_query('玛咖 或 "七天 无理由"')
    AnyOf(parts=(Phrase(word='玛咖', title_only=False), Phrase(word='七天 无理由', title_only=False)))
    """
    return _Reader(text).whole()


def highlighted_words(tree: Tree) -> tuple[str, ...]:
    """The words a result may be shown for, each once: all but those that must not occur."""
    return tuple(dict.fromkeys(_words(tree)))


def _words(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Phrase):
        yield tree.word
    elif isinstance(tree, AllOf | AnyOf):
        for part in tree.parts:
            yield from _words(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """`sign` is one of 且 或 非 ( ) or empty for a term; `place` counts from 0."""

    place: int
    sign: str = ""
    tree: Tree | None = None


class _Reader:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._text = text.translate(_QUOTES)
        self._folded = fold(self._text)
        self._tokens = list(self._cut())
        self._at = 0
        self._depth = 0
        terms = [token.tree for token in self._tokens if not token.sign]
        words = {tree.word for tree in terms if isinstance(tree, Phrase)}
        if len(words) > MOST_WORDS or len(terms) > _MOST_TERMS:
            raise InvalidInputError(
                f"检索词过多：{len(terms)} 个", cure=f"词语不超过 {MOST_WORDS} 个", place=self._tokens[-1].place
            )

    def whole(self) -> Tree:
        if not self._tokens:
            return AllOf()
        tree = self._any()
        if self._at < len(self._tokens):  # only a closing bracket ends an expression early
            self._wrong(self._tokens[self._at].place, "右括号没有对应的左括号", "删去它；要找括号本身请加引号")
        return tree

    def _any(self) -> Tree:
        parts = [self._all()]
        while self._takes("或"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(parts=tuple(parts))

    def _all(self) -> Tree:
        parts = [self._one()]
        while self._takes("且") or self._peek() in ("", "非", "("):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts))

    def _one(self) -> Tree:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token.sign in ("且", "或", ")"):
            self._missing(token)
        self._at += 1
        if token.sign == "非":
            return NoneOf(part=self._deeper(token, self._one))
        if token.sign == "(":
            tree = self._deeper(token, self._any)
            if not self._takes(")"):
                self._wrong(token.place, "左括号没有对应的右括号", "补上右括号；要找括号本身请加引号")
            return tree
        assert token.tree is not None
        return token.tree

    def _deeper(self, token: _Token, read: Callable[[], Tree]) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._wrong(token.place, f"括号或“非”超过 {_DEEPEST} 层", "写简单些")
        tree = read()
        self._depth -= 1
        return tree

    def _peek(self) -> str | None:
        return self._tokens[self._at].sign if self._at < len(self._tokens) else None

    def _takes(self, sign: str) -> bool:
        if self._peek() == sign:
            self._at += 1
            return True
        return False

    def _missing(self, token: _Token | None) -> NoReturn:
        before = self._tokens[self._at - 1] if self._at else None
        if before is None or (token is not None and before.sign == "("):
            assert token is not None
            empty = token.sign == ")" and before is not None
            what = "括号里没有内容" if empty else f"“{token.sign}”前面缺少词语"
            self._wrong(token.place, what, "补上词语；要找这个字本身请加引号")
        self._wrong(before.place, f"“{before.sign}”后面缺少词语", "补上词语；要找这个字本身请加引号")

    def _wrong(self, place: int, what: str, cure: str) -> NoReturn:
        raise InvalidInputError(f"检索式第 {place + 1} 个字处：{what}", cure=cure, place=place)

    # Cutting into tokens.

    def _cut(self) -> Iterator[_Token]:
        at = 0
        while at < len(self._folded):
            sign = self._folded[at]
            if sign == " ":
                at += 1
            elif sign in "()":
                yield _Token(place=at, sign=sign)
                at += 1
            elif self._leaves_out(at):
                yield _Token(place=at, sign="非")
                at += 1
            else:
                token, at = self._term(at)
                if token is not None:
                    yield token

    def _leaves_out(self, at: int) -> bool:
        """A hyphen before a field; before anything else it is a character of a word."""
        found = _FIELD.match(self._folded, at + 1) if self._folded[at] == "-" else None
        return found is not None and found[1] in field_names()

    def _term(self, at: int) -> tuple[_Token | None, int]:
        if self._folded[at] == '"':
            word, end = self._quoted(at)
            return (_Token(place=at, tree=Phrase(word=word)) if word.strip() else None), end
        found = _FIELD.match(self._folded, at)
        if found is not None:
            return self._field(found)
        end = self._end_of_word(at)
        sign = _OPERATORS.get(self._text[at:end], "")
        return (_Token(place=at, sign=sign) if sign else _Token(place=at, tree=Phrase(word=self._folded[at:end]))), end

    def _field(self, found: re.Match[str]) -> tuple[_Token, int]:
        place, at, name = found.start(), found.end(), found[1]
        if name not in field_names():
            near = difflib.get_close_matches(name, field_names(), n=1, cutoff=0.5)
            hint = f"是不是“{near[0]}”？" if near else f"字段有 {'、'.join(field_names()[::2])}；"
            self._wrong(place, f"没有字段“{name}”", f"{hint}要找这几个字本身请加引号")
        if at < len(self._folded) and self._folded[at] == '"':
            _word, end = self._quoted(at)
            value = self._text[at + 1 : end - 1]
            values: tuple[str, ...] = (value,)
        else:
            end = self._end_of_word(at) if at < len(self._folded) else at
            value = self._text[at:end]
            values = tuple(filter(None, re.split(r"[,，、|]", value)))
        if not value.strip() or not values:
            self._wrong(place, f"字段“{name}”后面缺少值", f"写成 {name}:值")
        try:
            condition = read_field(name, values)
        except ValueError as exc:
            self._wrong(at, f"字段“{name}”的值“{value[:40]}”不对", str(exc))
        if isinstance(condition, str):
            return _Token(place=place, tree=Phrase(word=fold(value), title_only=True)), end
        return _Token(place=place, tree=condition), end

    def _quoted(self, at: int) -> tuple[str, int]:
        end = self._folded.find('"', at + 1)
        if end < 0:
            self._wrong(at, "引号没有闭合", "补上后一个引号")
        return self._folded[at + 1 : end], end + 1

    def _end_of_word(self, at: int) -> int:
        """Brackets that open and close within a word belong to it; one that closes a group ends it."""
        inside = 0
        while at < len(self._folded) and self._folded[at] not in ' "':
            if self._folded[at] == "(":
                inside += 1
            elif self._folded[at] == ")":
                if not inside:
                    return at
                inside -= 1
            at += 1
        return at
