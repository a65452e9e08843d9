"""The docs are not stale: every error, setting, command and decision is there, what they name is, no link leads nowhere."""

from __future__ import annotations

import importlib.util
import inspect
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from matching.batch import INPUT_COLUMNS, OUTPUT_COLUMNS
from records import errors
from records.errors import ExitCode, WangJianError
from records.leads import ScanFields
from records.market import Category, Speaker
from wangjian.cli.main import build_app

TREE = Path(__file__).resolve().parents[1]
DOCS = TREE / "docs"
GUIDES = sorted(
    [*DOCS.rglob("*.md"), TREE / "README.md", TREE / "benchmarks/README.md", TREE / "tests/leads/README.md"]
)
PAGES = [*GUIDES, TREE / "CHANGELOG.md"]


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


def _codes(page: Path) -> list[str]:
    """Lines of code of a page, fenced or within a sentence; a line that goes on after a backslash is one."""
    text = page.read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"```[^\n]*\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ").splitlines()
    return [*fenced, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]


def _faults(told: str, command: Any) -> list[str]:
    """What is wrong with the words after `wangjian`: a command or an option that is not there."""
    words, path = told.split(), []
    while words and hasattr(command, "commands") and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        path.append(words.pop(0))
        if path[-1] not in command.commands:
            return [" ".join(path)]
        command = command.commands[path[-1]]
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    named = [found[0] for word in words if (found := re.match(r"--[a-z][a-z0-9-]*", word))]
    return [" ".join((*path, one)) for one in named if not hasattr(command, "commands") and one not in known]


def test_named_commands_and_their_options_are_there() -> None:
    commands = typer.main.get_command(build_app())
    found = [
        (page.name, told)
        for page in GUIDES
        for line in _codes(page)
        for told in re.findall(r"(?:^|[\s/|(])wangjian ([a-z][^|#;`]*)", line)
    ]
    assert len(found) > 200
    assert [(name, fault) for name, told in found for fault in _faults(told, commands)] == []


def test_named_files_are_there() -> None:
    rooms = "records|crawlers|matching|leads|evidence|documents|offices|exchange|network|stores|api|ui|wangjian"
    path = re.compile(rf"^(?:{rooms}|tests|benchmarks|docs|deploy)/[\w./*-]+$")
    missing = []
    for page in GUIDES:
        for name in {
            line.partition("::")[0].rstrip(".") for line in _codes(page) if path.match(line.partition("::")[0])
        }:
            in_a_package = name.startswith("evidence/") and not name.endswith((".py", "/"))
            anywhere = name.replace("NN", "*")
            if not in_a_package and not any(any(place.glob(anywhere)) for place in (TREE, page.parent)):
                missing.append((page.name, name))
    assert missing == []


def test_named_targets_of_make_are_there() -> None:
    known = set(re.findall(r"^([a-z0-9-]+):", (TREE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        found for page in GUIDES for line in _codes(page) for found in re.findall(r"^make ([a-z][a-z0-9-]*)", line)
    }
    assert named <= known


def test_threat_model_shows_a_test_for_every_attack() -> None:
    lines = (DOCS / "security/threat-model.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and line.count("|") == 6]
    assert len(rows) > 15
    assert all("`tests/" in row for row in rows[1:]), [row for row in rows[1:] if "`tests/" not in row]


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


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [TREE / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for target in re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8")):
            linked = (page.parent / target).resolve()
            if linked.suffix == ".md" and linked.exists() and linked not in reached:
                waiting.append(linked)
    assert sorted(set(DOCS.rglob("*.md")) - reached) == []


def test_page_of_scanned_texts_tells_every_field_class_and_source() -> None:
    page = (DOCS / "how-to/scan-texts.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| (?:真假|文字|整数)", page, re.MULTILINE)) == set(ScanFields.model_fields)
    assert "、".join(Category) in page
    assert all(f"`{source}`" in page for source in Speaker)


def test_page_of_matched_lists_tells_every_column() -> None:
    page = (DOCS / "how-to/match-a-list.md").read_text(encoding="utf-8")
    assert f"`{','.join(INPUT_COLUMNS)}`" in page
    assert f"`{','.join(OUTPUT_COLUMNS)}`" in page


def test_names_of_the_glossary_are_in_the_code_and_each_stands_for_one_thing() -> None:
    rooms = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]
    files = [path for room in rooms for path in (TREE / room).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    known = set(re.findall(r"^class ([A-Z]\w+)", text, re.MULTILINE))
    rows = re.findall(r"^\| [^|]+ \| ([^|]*`[^|]+) \|", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([A-Z][a-z]\w+)`", row)]
    assert len(named) > 100
    assert [name for name in named if name not in known] == []
    assert sorted({name for name in named if named.count(name) > 1}) == []
