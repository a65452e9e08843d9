"""Pictures of the market: product images and 营业执照, drawn with Pillow and Noto CJK.

Without a CJK font the pictures are drawn with Pillow's own font, and `font_note` says so: the Chinese is then unreadable.
"""

from __future__ import annotations

import colorsys
import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from records.market import Category
from wangjian.sample.models import SampleListing, SampleShop, SellerCase

__all__ = ["find_font", "font_note", "licence_png", "product_png"]

_FONT_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
)
_SC_FACE = 2
"""Index of the SC face in Noto's collection."""

_Outline = tuple[tuple[str, tuple[int, ...], bool], ...]
_JAR: _Outline = (("box", (118, 84, 242, 252), False), ("box", (138, 64, 222, 92), True))
_BOOK: _Outline = (("box", (104, 76, 256, 262), False), ("box", (104, 76, 124, 262), True))
_CASE: _Outline = (("box", (92, 108, 268, 250), False), ("box", (150, 86, 210, 116), True))
_SHIRT: _Outline = (
    (
        "polygon",
        (130, 84, 230, 84, 282, 130, 256, 166, 232, 148, 232, 262, 128, 262, 128, 148, 104, 166, 78, 130),
        False,
    ),
    ("polygon", (156, 84, 204, 84, 180, 116), True),
)
_BOTTLE: _Outline = (
    ("box", (134, 128, 226, 270), False),
    ("box", (162, 58, 198, 140), False),
    ("box", (158, 50, 202, 72), True),
)
_HOUSE: _Outline = (("box", (112, 140, 248, 262), False), ("polygon", (92, 144, 268, 144, 180, 70), True))
_POT: _Outline = (
    ("polygon", (116, 150, 244, 150, 224, 264, 136, 264), False),
    ("polygon", (180, 60, 232, 104, 180, 150, 128, 104), True),
)
_PHONE: _Outline = (("box", (126, 66, 234, 268), True), ("box", (136, 82, 224, 246), False))
_OUTLINES: dict[Category, _Outline] = {
    Category.CLOTHING: _SHIRT,
    Category.MOTHER_BABY: _SHIRT,
    Category.EDUCATION: _BOOK,
    Category.INVESTMENT: _BOOK,
    Category.OTHER: _BOOK,
    Category.DIGITAL: _PHONE,
    Category.DEVICE: _CASE,
    Category.DRUG: _CASE,
    Category.HOME: _CASE,
    Category.LIQUOR: _BOTTLE,
    Category.PROPERTY: _HOUSE,
    Category.FARM_SUPPLY: _POT,
    Category.WILDLIFE: _POT,
    Category.JEWELLERY: (("ring", (96, 82, 264, 250), False), ("polygon", (154, 70, 206, 70, 180, 106), True)),
}

_AnyFont = ImageFont.FreeTypeFont | ImageFont.ImageFont


def find_font() -> Path | None:
    """The CJK font that will be used; None when there is none."""
    return next((Path(place) for place in _FONT_PLACES if Path(place).exists()), None)


def font_note() -> str:
    """Empty, or what is missing and its cure."""
    return "" if find_font() else "未找到 Noto CJK 字体，样本图片中的汉字无法显示；请安装 fonts-noto-cjk"


def product_png(listing: SampleListing) -> bytes:
    """A plain studio picture of 360 by 360: the product's short name on a tinted card."""
    image = Image.new("RGB", (360, 360), _tint(listing.hue, 0.10, 0.97))
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 46, 300, 286), fill=_tint(listing.hue, 0.22, 0.92))
    body, trim = _tint(listing.hue, 0.42, 0.80), _tint(listing.hue, 0.45, 0.62)
    for shape, box, dark in _OUTLINES.get(listing.category, _JAR):
        fill = trim if dark else body
        if shape == "polygon":
            draw.polygon(box, fill=fill)
        elif shape == "ring":
            draw.ellipse(box, outline=fill, width=18)
        else:
            draw.rounded_rectangle(box, radius=12, fill=fill)
    name = listing.breadcrumb[-1] if listing.breadcrumb[-1] != "其他" else listing.breadcrumb[0]
    draw.rounded_rectangle((122, 156, 238, 198), radius=8, fill=(255, 255, 255))
    _centred(draw, (180, 177), name[:4], size=24, fill=_tint(listing.hue, 0.7, 0.35))
    draw.rectangle((0, 312, 360, 360), fill=_tint(listing.hue, 0.55, 0.55))
    _centred(draw, (180, 336), listing.title.split("】")[-1][:14], size=20, fill=(255, 255, 255))
    return _png(image)


def licence_png(shop: SampleShop) -> bytes:
    """A 营业执照 as shops photograph it, with the code and name the shop shows (with the entity's code where the page
    itself shows none). No emblem is drawn: this is not a document."""
    seller = shop.seller
    entity = seller.entity
    code = seller.shown_code or (entity.code if entity else "")
    image = Image.new("RGB", (900, 640), (252, 249, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((18, 18, 882, 622), outline=(190, 150, 70), width=6)
    draw.rectangle((30, 30, 870, 610), outline=(220, 190, 120), width=2)
    _centred(draw, (450, 95), "营 业 执 照", size=58, fill=(30, 30, 30))
    draw.text((70, 150), f"统一社会信用代码 {code}", font=_font(22), fill=(30, 30, 30))
    lines = [("名    称", seller.shown_name)]
    if entity is not None and seller.case is not SellerCase.PLACEHOLDER:
        lines += [
            ("类    型", entity.kind.value),
            ("经营者" if entity.kind.value == "个体工商户" else "法定代表人", shop.legal_representative),
            ("成立日期", entity.established_on.strftime("%Y年%m月%d日") if entity.established_on else ""),
            ("住    所", entity.address),
            ("经营范围", entity.scope),
        ]
    for index, (label, value) in enumerate(lines):
        draw.text((90, 215 + index * 58), label, font=_font(22), fill=(90, 80, 60))
        draw.text((240, 215 + index * 58), value[:28], font=_font(22), fill=(30, 30, 30))
        draw.text((240, 243 + index * 58), value[28:56], font=_font(22), fill=(30, 30, 30))
    draw.ellipse((690, 440, 830, 580), outline=(200, 40, 40), width=4)
    _centred(draw, (760, 510), "样本", size=34, fill=(200, 40, 40))
    return _png(image)


def _tint(hue: int, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue / 360, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _centred(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, *, size: int, fill: tuple[int, int, int]
) -> None:
    font = _font(size)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    draw.text((at[0] - (left + right) / 2, at[1] - (top + bottom) / 2), text, font=font, fill=fill)


@lru_cache(maxsize=8)
def _font(size: int) -> _AnyFont:
    found = find_font()
    return ImageFont.load_default() if found is None else ImageFont.truetype(str(found), size, index=_SC_FACE)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
