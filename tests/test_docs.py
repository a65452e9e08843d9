"""The docs are not stale: every error, setting, command and decision is there, and no link leads nowhere."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from records import errors
from records.errors import ExitCode, WangJianError

TREE = Path(__file__).resolve().parents[1]
DOCS = TREE / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), TREE / "README.md", TREE / "CHANGELOG.md", TREE / "benchmarks/README.md"])


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """deploy/reference.py, which writes docs/reference/."""
    spec = importlib.util.spec_from_file_location("reference", TREE / "deploy/reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def error_classes() -> list[type[WangJianError]]:
    return [found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, WangJianError)]


@pytest.mark.parametrize("error", error_classes(), ids=lambda error: error.__name__)
def test_error_is_documented_with_its_problem_type_and_exit_code(error: type[WangJianError]) -> None:
    rows = (DOCS / "errors.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{error.__name__}` \| `([\w-]+)` \| (\d) \| .+ \| .+ \|$", rows, re.MULTILINE)
    assert row, f"{error.__name__} is not in docs/errors.md"
    assert row[1] == error.problem
    assert int(row[2]) == int(error.exit_code)


def test_no_documented_error_is_gone() -> None:
    rows = re.findall(r"^\| `(\w+Error)` \|", (DOCS / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(error.__name__ for error in error_classes())


def test_error_tree_is_drawn_at_the_head_of_the_module() -> None:
    drawn = re.findall(r"(\w+Error)\b", inspect.getdoc(errors) or "")
    assert set(drawn) == {error.__name__ for error in error_classes()}


def test_exit_codes_are_tabled() -> None:
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", (DOCS / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(str(int(code)), code.name) for code in ExitCode]


def test_settings_page_is_what_the_model_says(reference: ModuleType) -> None:
    assert (DOCS / "reference/settings.md").read_text(encoding="utf-8") == reference.settings_page(), "make docs"


def test_command_page_is_what_the_command_line_says(reference: ModuleType) -> None:
    assert (DOCS / "reference/cli.md").read_text(encoding="utf-8") == reference.command_page(), "make docs"


def test_release_answers_for_every_rule_as_it_stands(reference: ModuleType) -> None:
    written = (TREE / "leads/release_rules.py").read_text(encoding="utf-8")
    assert written == reference.release_record(), "make docs: a rule left out makes no leads"


def test_every_decision_is_indexed_and_every_index_entry_exists() -> None:
    there = sorted(path.name for path in (DOCS / "decisions").glob("[0-9]*.md"))
    indexed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (DOCS / "decisions/README.md").read_text(encoding="utf-8"))
    assert sorted(indexed) == there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TREE)))
def test_no_link_leads_nowhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target) and not target.startswith("#"):
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.name} → {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TREE)))
def test_commands_in_the_docs_are_commands(page: Path, reference: ModuleType) -> None:
    known = set(re.findall(r"^## `wangjian (.+)`$", reference.command_page(), re.MULTILINE))
    for words in re.findall(r"(?:\.venv/bin/|`)wangjian ((?:[a-z-]+ ?){1,2})", page.read_text(encoding="utf-8")):
        first, _, second = words.strip().partition(" ")
        whole_group = any(one.startswith(f"{words.strip()} ") for one in known)
        assert first in known or f"{first} {second}" in known or whole_group, words


def test_words_of_the_records_are_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    for word in (
        "Target",
        "Run",
        "Page",
        "Reading",
        "Shop",
        "Listing",
        "Disclosure",
        "Entity",
        "Match",
        "Rule",
        "Finding",
    ):
        assert f"`{word}`" in glossary
    for word in ("Lead", "Case", "Capture", "Artefact", "Manifest", "CustodyEvent", "VerificationReport", "Account"):
        assert f"`{word}`" in glossary


def test_every_library_that_ships_stands_in_the_page_of_licences() -> None:
    lines = (DOCS / "reference/licences.md").read_text(encoding="utf-8").splitlines()
    written = {tuple(line.split(" | ")[:2]) for line in lines}
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (TREE / "requirements.lock").read_text(), re.MULTILINE)
    assert len(pinned) > 50
    assert [one for one in pinned if (f"| {one[0]}", one[1]) not in written] == [], "make docs"
    assert not [line for line in lines if line.endswith("| 未说明 |")]


def test_guide_shows_pictures_that_are_there_and_every_page_is_listed():
    guide = DOCS / "guide"
    pages = sorted(guide.glob("*.md"))
    shown = {name for page in pages for name in re.findall(r"\]\(pictures/([a-z-]+\.png)\)", page.read_text("utf-8"))}
    assert shown == {path.name for path in (guide / "pictures").iterdir()}
    listed = set(re.findall(r"\]\(([a-z]+\.md)\)", (guide / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in pages} - {"README.md"}
