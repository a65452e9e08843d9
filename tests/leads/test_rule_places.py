"""A mistake in a file of rules is named with file and line, whatever kind of mistake it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from leads import catalogue
from leads.catalogue import check_rules, load_rules
from records.errors import InvalidInputError

RULES_FOLDER = Path(catalogue.__file__).parent / "rules"


def _with_file(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    """As if `leads/rules/mistaken.py` were one more file of rules."""
    import leads.rules

    (folder / "mistaken.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(leads.rules, "__path__", [*leads.rules.__path__, str(folder)])
    monkeypatch.setattr(catalogue, "_FILES", (*catalogue._FILES, "mistaken"))
    monkeypatch.setattr(catalogue, "_FOLDER", folder)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("X = 1\n\ndef broken(:\n", 3, "语法有误"),
        ("X = 1\nRULES = (undefined_name,)\n", 2, "NameError：name 'undefined_name' is not defined"),
        (
            "from records.leads import Rule\n\nRULES = (\n    Rule(\n        rule_id='Z01',\n    ),\n)\n",
            4,
            "version：Field required",
        ),
        ("import re\nRULES = ()\nBAD = re.compile('(')\n", 3, "missing )"),
    ],
)
def test_mistake_in_a_rule_file_names_file_and_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, line: int, said: str
) -> None:
    _with_file(monkeypatch, tmp_path, text)
    with pytest.raises(InvalidInputError) as refused:
        load_rules()
    assert f"leads/rules/mistaken.py 第 {line} 行" in refused.value.message
    assert said in refused.value.message
    assert refused.value.data["line"] == line


def test_rule_written_wrong_is_named_with_its_line() -> None:
    rule = next(rule for rule in load_rules() if rule.rule_id == "A02")
    line = (RULES_FOLDER / "advertising.py").read_text(encoding="utf-8").splitlines().index('    rule_id="A02",')
    with pytest.raises(InvalidInputError, match=f"leads/rules/advertising.py 第 {line} 行 规则 A02：没有法律依据"):
        check_rules([("leads/rules/advertising.py", rule.model_copy(update={"basis": ()}))])
