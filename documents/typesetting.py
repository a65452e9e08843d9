"""Typst as we use it: words in as data, PDF/A-3b out, the same bytes for the same words."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typst

from documents.fonts import Typefaces
from documents.printable import escaped
from records.errors import InvalidInputError

__all__ = ["TEMPLATES", "Beside", "typeset"]

TEMPLATES = Path(__file__).parent / "templates"

_TRIES = 8
_UNDISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed')
_RUST_NUMBER = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_PLAIN = re.compile("[^ -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026\u2192\u00b7]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`pictures` are files the template names; `unshown_is` is told the characters no font has before they are printed
    as numbers, and may refuse them."""

    pictures: Mapping[str, bytes]
    unshown_is: Callable[[str], None]


def typeset(
    template: str,
    words: object,
    *,
    faces: Typefaces,
    prepared_at: datetime,
    data: Mapping[str, str] | None = None,
    beside: Beside | None = None,
) -> bytes:
    """Set a template with these words as PDF/A-3b.

    A character that no font has is printed as its number: a paper never shows an empty box for what a page said.

    Args:
        template: Name in `templates/`.
        words: JSON values; the template finds them in `sys.inputs.words`.
        data: Further inputs, given as they are (attachments).
        beside: Pictures, and who is told of characters that cannot be shown.

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
            files = {"main.typ": source, **(beside.pictures if beside else {})}
            return _compile(files, inputs, faces=faces, prepared_at=prepared_at)
        except typst.TypstError as exc:
            found = set("".join(_undisplayed(exc))) - unshown
            if not found:
                raise InvalidInputError(f"文书模板 {template} 未能排版：{exc.message}", template=template) from exc
            if beside is not None:
                beside.unshown_is("".join(sorted(found)))
            unshown |= found
            show = _only_plain if attempt == _TRIES - 2 else _without(frozenset(unshown))
    raise InvalidInputError(f"文书模板 {template} 含有无法显示的字符", template=template)


def _compile(files: dict[str, bytes], inputs: dict[str, str], *, faces: Typefaces, prepared_at: datetime) -> bytes:
    if len(files) == 1:
        return _set(files["main.typ"], TEMPLATES, inputs, faces=faces, prepared_at=prepared_at)
    with tempfile.TemporaryDirectory(prefix="wangjian-paper-") as name:
        root = Path(name)
        for file, content in files.items():
            (root / file).write_bytes(content)
        return _set(files["main.typ"], root, inputs, faces=faces, prepared_at=prepared_at)


def _set(source: bytes, root: Path, inputs: dict[str, str], *, faces: Typefaces, prepared_at: datetime) -> bytes:
    folders: list[Path] = list(faces.folders)
    compiler = typst.Compiler(source, root=root, font_paths=typst.Fonts(font_paths=folders), sys_inputs=inputs)
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
