"""QR codes in a picture. Their text is recorded; a link is never followed from here."""

from __future__ import annotations

import importlib
from typing import Any

from PIL import Image

from records.licences_read import Box, QrCode

__all__ = ["find_qr_codes"]

_MAX_TEXT = 2_000


def find_qr_codes(image: Image.Image, scale: float) -> tuple[QrCode, ...]:
    """The QR codes OpenCV can decode, from top to bottom; boxes in pixels before `scale` was applied."""
    cv2: Any = importlib.import_module("cv2")
    numpy: Any = importlib.import_module("numpy")
    grey = numpy.asarray(image.convert("L"))
    try:
        any_found, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(grey)
    except (cv2.error, UnicodeDecodeError):  # the detector stumbles over some patterns that are no QR code
        return ()
    if not any_found:
        return ()
    found = {_code(str(text), points, scale) for text, points in zip(texts, corners, strict=True) if text}
    return tuple(sorted(found, key=lambda one: (one.box.top, one.box.left, one.text)))


def _code(text: str, points: Any, scale: float) -> QrCode:
    xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
    return QrCode(
        text=text[:_MAX_TEXT],
        is_link=text.lower().startswith(("http://", "https://")),
        box=Box(
            left=max(0, round(min(xs) / scale)),
            top=max(0, round(min(ys) / scale)),
            right=max(0, round(max(xs) / scale)),
            bottom=max(0, round(max(ys) / scale)),
        ),
    )
