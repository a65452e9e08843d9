"""Bytes become the text that was meant, whatever the page declares."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.decoding import decode_body

SIMPLIFIED = "本店主营各种茶叶，欢迎购买，价格优惠，质量保证，七天无理由退货"
TRADITIONAL = "本店主營各種茶葉，歡迎購買，價格優惠，品質保證，七天無理由退貨"


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        (SIMPLIFIED.encode("utf-8"), "text/html; charset=utf-8", SIMPLIFIED, "utf-8"),
        (SIMPLIFIED.encode("utf-8"), "", SIMPLIFIED, "utf-8"),
        (SIMPLIFIED.encode("gbk"), "text/html; charset=gb2312", SIMPLIFIED, "gb18030"),
        (SIMPLIFIED.encode("gbk"), "", SIMPLIFIED, "gb18030"),
        (SIMPLIFIED.encode("gbk"), "text/html; charset=utf-8", SIMPLIFIED, "gb18030"),
        (SIMPLIFIED.encode("gbk"), "text/html; charset=iso-8859-1", SIMPLIFIED, "gb18030"),
        (SIMPLIFIED.encode("utf-8"), "text/html; charset=gb2312", SIMPLIFIED, "utf-8"),
        (TRADITIONAL.encode("big5"), "text/html; charset=big5", TRADITIONAL, "big5hkscs"),
        (TRADITIONAL.encode("big5"), "", TRADITIONAL, "big5hkscs"),
        (TRADITIONAL.encode("big5"), "text/html; charset=gbk", TRADITIONAL, "big5hkscs"),
        (codecs.BOM_UTF8 + SIMPLIFIED.encode("utf-8"), "text/html; charset=gbk", SIMPLIFIED, "utf-8"),
        (SIMPLIFIED.encode("utf-16"), "", SIMPLIFIED, "utf-16le"),
        ("㐂𠮷龘镕旼".encode("gb18030"), "text/html; charset=gb18030", "㐂𠮷龘镕旼", "gb18030"),
        ("联通".encode("gbk"), "text/html; charset=gbk", "联通", "gb18030"),
        ("café".encode("latin-1"), "text/html; charset=iso-8859-1", "café", "cp1252"),
        (b"plain", "text/html; charset=no-such-thing", "plain", "utf-8"),
    ],
)
def test_text_is_what_was_meant(body, content_type, text, encoding) -> None:
    found = decode_body(body, content_type=content_type)
    assert (found.text, found.encoding, found.lost) == (text, encoding, 0)


def test_meta_declaration_is_believed_when_the_bytes_agree() -> None:
    body = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gbk"></head>{SIMPLIFIED}'.encode(
        "gbk"
    )
    found = decode_body(body)
    assert found.declared == "gb18030"
    assert SIMPLIFIED in found.text


def test_one_broken_sign_does_not_change_the_encoding() -> None:
    found = decode_body(SIMPLIFIED.encode("utf-8") + b"\xe5\xba")
    assert found.encoding == "utf-8"
    assert SIMPLIFIED in found.text
    assert found.lost == 1


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_bytes_are_decoded_without_failing(body, content_type) -> None:
    assert isinstance(decode_body(body, content_type=content_type).text, str)


@given(st.text(alphabet=st.sampled_from(SIMPLIFIED + "茶店铺商品价格元年月日的一是不了在有人我他这"), min_size=12))
def test_gbk_text_survives_any_declaration(text) -> None:
    for declared in ("", "charset=gbk", "charset=utf-8"):
        assert decode_body(text.encode("gbk"), content_type=declared).text == text
