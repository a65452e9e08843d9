"""The fold and the cut: a run of tokens is an exact substring, whatever the script."""

import sys

from hypothesis import example, given
from hypothesis import strategies as st

from records.errors import InvalidInputError
from stores.search.fold import fold, phrase, tokens
from stores.search.highlight import highlights
from stores.search.query import words_of

# Few characters, so that words are often found; some that engines would split, fold or drop.
characters = st.sampled_from("甲乙aAＡ 　\n.😀𠮷*")
texts = st.text(characters, max_size=25)
words = st.text(characters, min_size=1, max_size=4)


def _occurs(word, text):
    wanted, found = phrase(word), tokens([text]).split()
    if len(word) == 1:
        return any(token.startswith(wanted[0]) for token in found)
    return any(tuple(found[at : at + len(wanted)]) == wanted for at in range(len(found)))


@given(words, texts)
def test_phrase_occurs_just_where_the_word_does(word, text):
    assert _occurs(word, text) == (fold(word) in fold(text))


@given(st.text(max_size=40))
def test_fold_keeps_every_place(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_every_blank_of_unicode_is_a_space_and_nothing_else_is():
    """Separators of files and records (U+001C to U+001F) were words that nobody could see."""
    every = map(chr, range(sys.maxunicode + 1))
    assert {sign for sign in every if (fold(sign) == " ") != sign.isspace()} == set()


@given(st.text(max_size=30), st.text(max_size=30))
def test_tokens_are_plain_and_as_many_as_characters(title, text):
    found = tokens([title, text])
    assert found.isascii()
    assert len(found.split()) == len(title) + len(text)
    assert all(len(token) == 8 and token.isalnum() for token in found.split())


@given(texts, st.lists(words, min_size=1, max_size=3))
def test_highlights_show_the_words(text, asked):
    folded = [fold(word) for word in asked if word.strip()]
    for piece in highlights("", text, folded):
        assert piece.text in text
        assert piece.hits
        for start, end in piece.hits:
            assert 0 <= start < end <= len(piece.text)
            assert any(fold(piece.text[start:end]).startswith(word) for word in folded)


@given(st.text(max_size=60))
@example("\x1f")
def test_any_text_is_a_query_or_tells_the_place_of_the_mistake(text):
    try:
        words = words_of(text)
    except InvalidInputError as exc:
        assert 0 <= exc.data["place"] < len(text)
        return
    for word in words:
        assert word == fold(word)
        assert word.strip()


@given(st.text(st.characters(exclude_characters='"“”„‟'), max_size=60))
def test_any_text_in_quotes_is_a_query(text):
    assert words_of(f'"{text}"') == ((fold(text),) if fold(text).strip() else ())
