"""Ways a picture is prepared before it is read: watermarks are lighter than print, so light pixels are made paper.

How light is told by the picture itself: between its ink (the darkest hundredth of its pixels) and its paper (the
median). A share of 0.6 takes away most watermarks and keeps thin print; a low one would take thin blurred print with
it. No way is best for all pictures, which is why several are read and compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageFilter

__all__ = ["WAYS", "Way", "prepared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`clip`: pixels lighter than this share of the way from ink to paper become white (0: none); `sharpen` before."""

    name: str
    clip: float
    sharpen: bool = False


WAYS = (
    Way(name="削浅六成", clip=0.6),
    Way(name="原图", clip=0.0),
    Way(name="锐化削浅七成", clip=0.7, sharpen=True),
    Way(name="削浅四成半", clip=0.45),
    Way(name="削浅八成", clip=0.8),
)
"""In the order tried; reading stops when what was read needs no further proof."""


def prepared(image: Image.Image, way: Way) -> Image.Image:
    """The picture as this way has it, in RGB."""
    if not way.clip and not way.sharpen:
        return image
    grey = image.convert("L")
    if way.sharpen:
        grey = grey.filter(ImageFilter.UnsharpMask(radius=2, percent=140, threshold=2))
    if way.clip:
        limit = _limit(grey, way.clip)
        grey = grey.point([value if value <= limit else 255 for value in range(256)])
    return grey.convert("RGB")


def _limit(grey: Image.Image, share: float) -> int:
    counts = grey.histogram()
    ink, paper = _percentile(counts, 0.01), _percentile(counts, 0.5)
    return 255 if paper - ink < 40 else round(ink + (paper - ink) * share)


def _percentile(counts: list[int], share: float) -> int:
    wanted, seen = sum(counts) * share, 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return value
    return 255
