"""Renew the pictures of docs/guide, and README's, from screenshots the tests left: `python deploy/guide_pictures.py`.

Run `pytest tests/ui -k "screens or morning or replay or real_capture"` first; look at what changed before you commit.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image

__all__ = ["wanted_pictures"]

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "guide"
SCREENS = ROOT / "test-results" / "screens"
_WIDTH, _TALLEST = 960, 900
_OF_README, _HEIGHT_OF_README = "office-lead", 498
"""A lead down to where its page would be scrolled."""
_PICTURE = re.compile(r"\]\(pictures/((?:office|phone)-[a-z-]+)\.png\)")


def wanted_pictures() -> list[str]:
    """Names of the pictures the guide shows, `office-lead` for `office/lead.png` of the screens."""
    pages = sorted(GUIDE.glob("*.md"))
    return sorted({name for page in pages for name in _PICTURE.findall(page.read_text(encoding="utf-8"))})


def main() -> int:
    """Write each picture small: as wide as a page, cut at the bottom, in 64 colours."""
    missing = []
    for name in wanted_pictures():
        folder, _, title = name.partition("-")
        source = SCREENS / folder / f"{title}.png"
        if not source.is_file():
            missing.append(str(source.relative_to(ROOT)))
            continue
        with Image.open(source) as picture:
            drawn = picture.convert("RGB")
        width = min(_WIDTH, drawn.width)
        drawn = drawn.resize((width, drawn.height * width // drawn.width), Image.Resampling.LANCZOS)
        drawn = drawn.crop((0, 0, width, min(drawn.height, _TALLEST)))
        drawn.quantize(64, dither=Image.Dither.NONE).save(GUIDE / "pictures" / f"{name}.png", optimize=True)
    with Image.open(GUIDE / "pictures" / f"{_OF_README}.png") as picture:
        picture.crop((0, 0, picture.width, _HEIGHT_OF_README)).save(ROOT / "docs" / "lead.png", optimize=True)
    for path in missing:
        sys.stderr.write(f"no screenshot: {path}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
