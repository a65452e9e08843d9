"""Pairs and triples: their runs are exact substrings, and what they are written with needs nothing of JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from records.market import Category
from records.search import Facet, SearchDocument, SearchKind
from stores.search.elastic_layout import body_of, bulk_body
from stores.search.fold import fold
from stores.search.grams import ANYTHING, Grams, cut, grams_of_word

# Few characters, so that words are often found; some that engines would split, fold or drop, some that JSON escapes.
characters = st.sampled_from('甲乙aAＡ 　\n.😀𠮷*1２"\\\x00\x1f\x1a“')
texts = st.text(characters, max_size=25)
words = st.text(characters, min_size=1, max_size=9)
STOPPED = frozenset({"a", "and", "are", "but", "for", "not", "the", "was"})


def _occurs(word, grams: Grams):
    wanted = grams_of_word(word)
    found = grams.triples.split(" ")
    if len(wanted) == 1 and len(wanted[0]) == 1:
        return any(pair.startswith(wanted[0]) for pair in grams.pairs.split(" "))
    if len(wanted) == 1 and len(wanted[0]) == 2:
        return wanted[0] in grams.pairs.split(" ")
    spaced = ANYTHING in wanted
    return any(
        all(want == one or (spaced and want == ANYTHING) for want, one in zip(wanted, found[at:], strict=False))
        for at in range(len(found) - len(wanted) + 1)
    )


@given(words, texts)
def test_phrase_occurs_just_where_the_word_does(word, text):
    (grams,) = cut([text])
    assert _occurs(word, grams) == (fold(word) in fold(text))


@given(words)
def test_only_letters_stand_in_a_phrase_with_gaps(word):
    """The engine's analyzer takes letters for words and leaves its own stop words out: each is one that stays."""
    grams = grams_of_word(f"{word}{word}")
    if ANYTHING in grams:
        kept = [gram for gram in grams if gram != ANYTHING]
        assert all(gram.isalpha() and gram == gram.lower() and gram not in STOPPED for gram in kept)


def test_stop_words_of_the_engine_stand_in_no_phrase_with_gaps():
    for word in STOPPED - {"a"}:
        assert ANYTHING not in grams_of_word(f"{word}甲乙丙")
    assert ANYTHING in grams_of_word("xyz甲乙丙")


@given(st.lists(texts, max_size=5))
def test_many_texts_are_cut_as_each_is_alone(several):
    assert cut(several) == [one for text in several for one in cut([text])]


def test_long_texts_are_cut_as_short_ones():
    """From some length on another way of folding is used, which must say the same."""
    every = "".join(map(chr, (*range(0x3100), *range(0xFE00, 0x10000), *range(0x1F600, 0x1F610))))
    assert len(every) > 4_096
    pairs = [pair for start in range(0, len(every), 1_000) for pair in cut([every[start : start + 1_000]])[0].pairs]
    whole = cut([every])[0].pairs
    assert {one for one in whole if one != "E"} == {one for one in pairs if one != "E"}
    assert json.loads(f'"{whole}"') == whole


@given(texts, texts)
def test_lines_of_a_bulk_say_what_the_document_is_sent_as(title, text):
    facets = {Facet.CATEGORY: (Category.FOOD.value,)}
    document = SearchDocument(kind=SearchKind.LEAD, doc_id='a"1', title=title, text=text, facets=facets, version=3)
    action, sent = bulk_body([document]).decode().removesuffix("\n").split("\n")
    assert json.loads(sent) == body_of(document)
    assert json.loads(action) == {"index": {"_id": 'lead:a"1', "version": 3, "version_type": "external_gte"}}
