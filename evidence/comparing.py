"""Two captures of a page held against each other (比对): what a reader sees, what it costs, what the server sent.

Both packages must have been verified before: what is compared is read from their sealed members, never from a store.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageChops, ImageDraw

from evidence.package import chunks_of
from evidence.standalone.verify import FIXED_ROLES, Box, scan_warc
from records.capture_comparing import CaptureComparison, ComparedCapture, PictureDifference, TextDifference
from records.digests import digests_of_chunks
from records.errors import InvalidInputError
from records.evidence import Manifest

__all__ = ["Side", "compare", "marked_picture", "open_side"]

_MOST_LINES = 300
_MOST_ADDRESSES = 200
_LONGEST_LINE = 500
_TILE = 16
_TOLERANCE = 24
"""A tile differs when any pixel of it differs by more, of 255: rendering is not the same to the last bit."""
_MOST_BOXES = 200
_MOST_PIXELS = 80_000_000
_MONEY = re.compile(r"(?:[¥￥]\s*\d[\d,]*(?:\.\d{1,2})?)|(?:\d[\d,]*(?:\.\d{1,2})?\s*元)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What of one capture is compared; None for what its package does not hold."""

    capture: ComparedCapture
    lines: tuple[str, ...] | None
    picture: bytes | None
    answers: dict[str, str]


def open_side(path: Path) -> Side:
    """Read one verified package.

    Raises:
        InvalidInputError: It is not the package of a capture.
        OSError: It cannot be read.
        RefusedError: It is damaged.
    """
    package = digests_of_chunks(chunks_of(path))
    with path.open("rb") as file:
        box = Box(file, package.size_bytes)
        content = box.read("evidence/manifest.json")
        if b'"format":"wangjian-manifest/1"' not in content:
            raise InvalidInputError(
                f"{path.name} 不是网页固证的证据包，不能比对或重绘", cure="给出 evidence capture 生成的证据包"
            )
        manifest = Manifest.model_validate_json(content)
        if FIXED_ROLES["warc"] not in box.members:
            raise InvalidInputError(f"证据包 {path} 没有网络数据，不能比对", cure="用 evidence capture 生成的证据包")
        return _side(box, manifest, package.sha256)


def compare(first: Side, second: Side) -> CaptureComparison:
    """What differs from the first to the second."""
    gap = second.capture.started_at - first.capture.started_at
    text = _text(first.lines, second.lines)
    before, after = first.answers, second.answers
    asked_then, asked_now = _prices(first.lines), _prices(second.lines)
    uncompared = [*(("可见文字",) if text is None else ())]
    picture = _picture(first.picture, second.picture)
    if picture is None:
        uncompared.append("整页截图")
    changes = () if text is None else text[1]
    return CaptureComparison(
        first=first.capture,
        second=second.capture,
        same_address=first.capture.url == second.capture.url,
        seconds_between=round(gap.total_seconds()),
        text_score=None if text is None else text[0],
        text=changes[:_MOST_LINES],
        text_more=max(0, len(changes) - _MOST_LINES),
        prices_gone=_only_in(asked_then, asked_now),
        prices_new=_only_in(asked_now, asked_then),
        picture=picture,
        answers_gone=_only_in(before, after)[:_MOST_ADDRESSES],
        answers_new=_only_in(after, before)[:_MOST_ADDRESSES],
        answers_changed=tuple(url for url in before if url in after and before[url] != after[url])[:_MOST_ADDRESSES],
        uncompared=tuple(uncompared),
    )


def marked_picture(first: Side, second: Side, found: PictureDifference) -> bytes:
    """Both pictures side by side as PNG, what differs framed in red."""
    assert first.picture is not None and second.picture is not None
    left, right = _opened(first.picture), _opened(second.picture)
    canvas = Image.new("RGB", (left.width + right.width + _TILE, max(left.height, right.height)), "white")
    canvas.paste(left, (0, 0))
    canvas.paste(right, (left.width + _TILE, 0))
    drawn = ImageDraw.Draw(canvas)
    for box in found.boxes:
        for shift in (0, left.width + _TILE):
            drawn.rectangle((box[0] + shift, box[1], box[2] + shift, box[3]), outline="red", width=3)
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()


def _side(box: Box, manifest: Manifest, package_sha256: str) -> Side:
    records = scan_warc(box.chunks(FIXED_ROLES["warc"]))
    answers = {record["warc-target-uri"]: record for record in records if record["warc-type"] == "response"}
    page = answers.get(manifest.final_url.split("#")[0])
    hosts = {f"{urlsplit(url).netloc} {record['warc-ip-address']}" for url, record in answers.items()}
    text, shot = FIXED_ROLES["text"], FIXED_ROLES["screenshot"]
    certificates = next((item for item in manifest.artefacts if item.role == "tls-certificates"), None)
    capture = ComparedCapture(
        package_sha256=package_sha256,
        capture_id=manifest.capture_id,
        url=manifest.url,
        final_url=manifest.final_url,
        title=manifest.title,
        state=manifest.state,
        operator=manifest.operator,
        device=manifest.environment.get("device", ""),
        started_at=manifest.started_at,
        document_sha256=page.payload_sha256 if page else None,
        addresses=tuple(sorted(hosts)),
        certificates=(certificates.digests.sha256,) if certificates else (),
    )
    lines = box.read(text).decode("utf-8", "replace").splitlines() if text in box.members else None
    return Side(
        capture=capture,
        lines=None if lines is None else tuple(line for line in (one.strip() for one in lines) if line),
        picture=b"".join(box.chunks(shot)) if shot in box.members else None,
        answers={url: record.payload_sha256 for url, record in answers.items()},
    )


def _text(first: Sequence[str] | None, second: Sequence[str] | None) -> tuple[float, tuple[TextDifference, ...]] | None:
    if first is None or second is None:
        return None
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    found: list[TextDifference] = []
    for kind, left, left_end, right, right_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone = ((False, number, first[number]) for number in range(left, left_end))
        new = ((True, number, second[number]) for number in range(right, right_end))
        for added, number, text in (*gone, *new):
            found.append(TextDifference(added=added, line=number + 1, text=text[:_LONGEST_LINE]))
    return (matcher.ratio() if first or second else 1.0), tuple(found)


def _prices(lines: Sequence[str] | None) -> dict[str, None]:
    found = (re.sub(r"[\s,]", "", money).replace("￥", "¥") for line in lines or () for money in _MONEY.findall(line))
    return dict.fromkeys(found)


def _only_in(ours: dict[str, str] | dict[str, None], theirs: dict[str, str] | dict[str, None]) -> tuple[str, ...]:
    return tuple(one for one in ours if one not in theirs)


def _picture(first: bytes | None, second: bytes | None) -> PictureDifference | None:
    if first is None or second is None:
        return None
    left, right = _opened(first), _opened(second)
    width, height = max(left.width, right.width), max(left.height, right.height)
    tiles = _differing_tiles(_widened(left, width, height), _widened(right, width, height))
    across, down = -(-width // _TILE), -(-height // _TILE)
    return PictureDifference(
        first_size=left.size,
        second_size=right.size,
        changed_score=round(len(tiles) / (across * down), 4),
        boxes=tuple(_boxes(tiles))[:_MOST_BOXES],
    )


def _opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise InvalidInputError(f"截图过大：{opened.width}×{opened.height}", cure="分段固证后再比对")
        return opened.convert("RGB")


def _widened(picture: Image.Image, width: int, height: int) -> Image.Image:
    """On a canvas of both pictures' size; where there is no picture the canvas is magenta, which no page is."""
    canvas = Image.new("RGB", (width, height), "magenta")
    canvas.paste(picture, (0, 0))
    return canvas


def _differing_tiles(left: Image.Image, right: Image.Image) -> set[tuple[int, int]]:
    apart = ImageChops.difference(left, right)
    most = ImageChops.lighter(ImageChops.lighter(apart.getchannel(0), apart.getchannel(1)), apart.getchannel(2))
    seen = most.point(lambda value: 255 if value > _TOLERANCE else 0)
    means = seen.reduce(_TILE)  # a mean of 255 over 256 pixels: one that differs makes it 1
    return {(place % means.width, place // means.width) for place, mean in enumerate(means.tobytes()) if mean}


def _boxes(tiles: set[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """Tiles that touch are one box, from the top."""
    waiting = set(tiles)
    for start in sorted(tiles, key=lambda tile: (tile[1], tile[0])):
        if start not in waiting:
            continue
        waiting.discard(start)
        edge, group = [start], [start]
        while edge:
            x, y = edge.pop()
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & waiting
            waiting -= near
            edge.extend(near)
            group.extend(near)
        columns, rows = [x for x, _ in group], [y for _, y in group]
        yield (min(columns) * _TILE, min(rows) * _TILE, (max(columns) + 1) * _TILE, (max(rows) + 1) * _TILE)
