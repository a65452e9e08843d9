"""Picture files of strangers: opened within limits, turned upright by EXIF, long ones cut into pieces.

A shop may show anything as its licence. Only JPEG, PNG and WebP are decoded; size in bytes and in pixels is held to
before pixels are made, so that a bomb costs nothing; whatever the decoder says of a damaged file becomes one answer.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from records.errors import InvalidInputError

__all__ = ["MAX_IMAGE_BYTES", "MAX_IMAGE_PIXELS", "MAX_STRIPS", "OpenedImage", "open_image", "strips_of"]

MAX_IMAGE_BYTES = 30_000_000
MAX_IMAGE_PIXELS = 100_000_000
"""Width times height; a photograph of a modern telephone has 50 million, a long page of 3,000 by 30,000 has 90."""

MIN_SIDE = 80
"""Pixels; no licence can be read in less."""

MAX_SIDE = 2_400
"""Pixels of the longer side a picture is brought down to, pieces of a long one apart."""

MAX_STRIPS = 16
"""Of a longer picture, only so many pieces are read."""

_LONG = 2.2
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_DAMAGED = (
    *(OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, KeyError, TypeError, ZeroDivisionError),
    *(struct.error, zlib.error),
)
_CURE = "换一张 JPEG、PNG 或 WebP 图片，或在浏览器中另存后再试"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImage:
    """A picture upright by its EXIF orientation, in RGB. `width` and `height` are its own, before `scale` was applied
    to bring `image` down to a readable size."""

    image: Image.Image
    media_type: str
    width: int
    height: int
    scale: float


def open_image(content: bytes) -> OpenedImage:
    """Decode a picture file.

    Raises:
        InvalidInputError: It is empty, too large, too small, no picture of these kinds, or damaged.
    """
    if not content:
        raise InvalidInputError("图片文件是空的", cure=_CURE)
    if len(content) > MAX_IMAGE_BYTES:
        raise InvalidInputError(
            f"图片文件有 {len(content):,} 字节，超过 {MAX_IMAGE_BYTES:,} 字节", cure="缩小图片后再试"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the decoder about the file; our own limits are stricter
            return _decoded(content)
    except UnidentifiedImageError as exc:
        raise InvalidInputError("文件不是 JPEG、PNG 或 WebP 图片", cure=_CURE) from exc
    except (Image.DecompressionBombError, MemoryError) as exc:
        raise InvalidInputError(f"图片的像素超过 {MAX_IMAGE_PIXELS:,}，没有解开", cure="缩小图片后再试") from exc
    except _DAMAGED as exc:
        raise InvalidInputError(f"图片文件已损坏，解不开：{type(exc).__name__}", cure=_CURE) from exc


def _decoded(content: bytes) -> OpenedImage:
    with Image.open(io.BytesIO(content), formats=tuple(_TYPES)) as found:
        media_type = _TYPES[found.format or ""]
        if found.width * found.height > MAX_IMAGE_PIXELS:
            raise Image.DecompressionBombError
        if min(found.size) < MIN_SIDE:
            raise InvalidInputError(f"图片只有 {found.width}×{found.height} 像素，太小，不能辨认", cure="换清楚的大图")
        own = found.size
        scale = _scale_of(own)
        # A JPEG is decoded at an eighth, a quarter or half of its size where that is enough: less memory, less time.
        found.draft("RGB", _scaled(own, scale))
        found.load()
        turned = ImageOps.exif_transpose(found)
        upright = _on_white(turned)
    on_its_side = (upright.width > upright.height) != (own[0] > own[1])  # of a square it makes no difference
    width, height = (own[1], own[0]) if on_its_side else own
    if scale < 1.0:
        upright = upright.resize(_scaled((width, height), scale), Image.Resampling.LANCZOS)
    return OpenedImage(image=upright, media_type=media_type, width=width, height=height, scale=scale)


def _scale_of(size: tuple[int, int]) -> float:
    """How far a picture is brought down: a long one by its shorter side, for its pieces are read apart."""
    return min(1.0, MAX_SIDE / (min(size) * _LONG if max(size) > _LONG * min(size) else max(size)))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, seen).convert("RGB")
    return image.convert("RGB")


def _is_long(image: Image.Image) -> bool:
    return max(image.size) > _LONG * min(image.size)


def strips_of(image: Image.Image) -> Iterator[tuple[int, int, Image.Image]]:
    """A long picture as overlapping pieces with their left and top; any other as itself. Of an endless one, the first
    sixteen pieces."""
    if not _is_long(image):
        yield 0, 0, image
        return
    width, height = image.size
    side, length = min(width, height), max(width, height)
    piece, step = round(side * 1.5), round(side * 1.1)
    for number, start in enumerate(range(0, max(1, length - piece + step), step)):
        if number >= MAX_STRIPS:
            return
        end = min(start + piece, length)
        box = (0, start, width, end) if height > width else (start, 0, end, height)
        yield box[0], box[1], image.crop(box)
