"""Where in its file a rule is written, so that a mistake is named with file and line."""

from __future__ import annotations

import ast
import traceback
from pathlib import Path

__all__ = ["line_of_error", "line_of_rule"]


def line_of_rule(path: Path, rule_id: str) -> int | None:
    """The line on which the rule of that id begins; None when the file says it in no plain way."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(_names(keyword, rule_id) for keyword in node.keywords):
            return node.lineno
    return None


def line_of_error(error: BaseException, path: Path) -> int | None:
    """The last line of that file the error came through; of a file that cannot be parsed, where."""
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return lines[-1] if lines else None


def _names(keyword: ast.keyword, rule_id: str) -> bool:
    return keyword.arg == "rule_id" and isinstance(keyword.value, ast.Constant) and keyword.value.value == rule_id
