"""Patterns made ready once a process: the rules are checked, listened for and weighed with the same thousands of them.

The standard library keeps 512 and starts over, so that each was made anew by everyone who asked.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["compiled"]

_KEPT = 16_384
"""All patterns of the built-in rules several times over; a bureau's own rules cannot make it grow without end."""


@lru_cache(maxsize=_KEPT)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled.

    Raises:
        re.error: It is written wrong.
    """
    return re.compile(pattern)
