"""Typst as we use it: words in as data, PDF/A-3b out, the same bytes for the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import typst

from documents.fonts import Typefaces
from documents.printable import escaped
from records.errors import InvalidInputError

__all__ = ["TEMPLATES", "typeset"]

TEMPLATES = Path(__file__).parent / "templates"

_TRIES = 8
_UNDISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed')
_RUST_NUMBER = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_PLAIN = re.compile("[^ -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026\u2192\u00b7]")


def typeset(
    template: str, words: object, *, faces: Typefaces, prepared_at: datetime, data: Mapping[str, str] | None = None
) -> bytes:
    """Set a template with these words as PDF/A-3b.

    A character that no font has is printed as its number: a paper never shows an empty box for what a page said.

    Args:
        template: Name in `templates/`.
        words: JSON values; the template finds them in `sys.inputs.words`.
        data: Further inputs, given as they are (attachments).

    Raises:
        InvalidInputError: The template does not compile.

    Standard: ISO 19005-3 (PDF/A-3b).
    """
    source = (TEMPLATES / template).read_bytes()
    show: Callable[[str], str] = str
    unshown: set[str] = set()
    for attempt in range(_TRIES):
        inputs = {
            **(data or {}),
            "words": json.dumps(_each(words, show), ensure_ascii=False),
            "faces": json.dumps({"body": faces.body, "title": faces.title}),
        }
        try:
            return _compile(source, inputs, faces=faces, prepared_at=prepared_at)
        except typst.TypstError as exc:
            found = set("".join(_undisplayed(exc))) - unshown
            if not found:
                raise InvalidInputError(f"文书模板 {template} 未能排版：{exc.message}", template=template) from exc
            unshown |= found
            show = _only_plain if attempt == _TRIES - 2 else _without(frozenset(unshown))
    raise InvalidInputError(f"文书模板 {template} 含有无法显示的字符", template=template)


def _compile(source: bytes, inputs: dict[str, str], *, faces: Typefaces, prepared_at: datetime) -> bytes:
    folders: list[Path] = list(faces.folders)
    compiler = typst.Compiler(source, root=TEMPLATES, font_paths=typst.Fonts(font_paths=folders), sys_inputs=inputs)
    paper = compiler.compile(format="pdf", pdf_standards="a-3b", timestamp=int(prepared_at.timestamp()))
    if not isinstance(paper, bytes):
        raise TypeError(f"typst gave {type(paper).__name__}, not one document")
    return paper


def _undisplayed(error: typst.TypstError) -> list[str]:
    return [
        _RUST_NUMBER.sub(lambda number: chr(int(number[1], 16)), text)
        for text in _UNDISPLAYED.findall(f"{error.message}\n{error.diagnostic}")
    ]


def _without(unshown: frozenset[str]) -> Callable[[str], str]:
    return lambda text: "".join(escaped(char) if char in unshown else char for char in text)


def _only_plain(text: str) -> str:
    return _PLAIN.sub(lambda found: escaped(found[0]), text)


def _each(value: object, show: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return show(value)
    if isinstance(value, (list, tuple)):
        return [_each(item, show) for item in value]
    if isinstance(value, dict):
        return {name: _each(item, show) for name, item in value.items()}
    return value
