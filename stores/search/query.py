"""What an officer types, as words; shared by all backends, as are the limits."""

from __future__ import annotations

import re
from collections.abc import Iterable

from records.errors import InvalidInputError
from records.search import SearchDocument, SearchQuery
from stores.search.fold import fold

__all__ = ["MOST_FACET_VALUES", "check_documents", "check_query", "words_of"]

MOST_FACET_VALUES = 1_000
"""How many values of a facet are counted; the largest come first."""

_MOST_HITS = 200
_DEEPEST = 10_000
_LONGEST = 1_000
_MOST_WORDS = 32
_WORD = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans("“”„‟", '""""')


def check_query(query: SearchQuery) -> None:
    """Refuse what no backend answers.

    Raises:
        InvalidInputError: limit outside 1..200, a page beyond 10,000 hits, or a text too long.
    """
    if not 1 <= query.limit <= _MOST_HITS:
        raise InvalidInputError(f"每页条数 {query.limit} 不可用", cure=f"应为 1 到 {_MOST_HITS}")
    if query.offset < 0 or query.offset + query.limit > _DEEPEST:
        raise InvalidInputError(f"翻页过深：第 {query.offset} 条起", cure=f"只能看前 {_DEEPEST} 条，请加条件缩小范围")
    if len(query.text) > _LONGEST:
        raise InvalidInputError(f"检索词过长：{len(query.text)} 字", cure=f"不超过 {_LONGEST} 字")


def check_documents(documents: Iterable[SearchDocument]) -> None:
    """Refuse what only some engines store: half of a surrogate pair, which is no character.

    Raises:
        InvalidInputError: As said; the document is named.
    """
    for document in documents:
        try:
            (document.title + document.text).encode()
        except UnicodeEncodeError as exc:
            raise InvalidInputError(
                f"文档 {document.doc_id} 含有不成字符的编码（半个代理对），未写入", doc_id=document.doc_id
            ) from exc


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a query: what blanks separate, and what quotes hold together; each once.

    Raises:
        InvalidInputError: More than 32 words.

    >>> words_of('玛咖 "七天 无理由" ＡＢ')
    ('玛咖', '七天 无理由', 'ab')
    """
    found = _WORD.findall(fold(text.translate(_QUOTES)))
    words = tuple(dict.fromkeys(word for word in (quoted or plain for quoted, plain in found) if word.strip()))
    if len(words) > _MOST_WORDS:
        raise InvalidInputError(f"检索词过多：{len(words)} 个", cure=f"不超过 {_MOST_WORDS} 个")
    return words
