"""The rules of `make security` find what they are for, and leave the rest."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

TREE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("security_check", TREE / "deploy" / "security" / "check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "bad",
    [
        "eval(text)", "import pickle\npickle.loads(b)", "os.system('ls')", "subprocess.run('ls', shell=True)",
        "httpx.get(u, verify=False)", "raise HTTPException(404)", "raise fastapi.HTTPException(404)",
        "x = os.environ['A']", "os.getenv('A')", "yaml.load(f)", "c.check_hostname(check_hostname=False)",
    ],
)  # fmt: skip
def test_what_is_forbidden_is_found(check: ModuleType, bad: str):
    assert list(check.broken_rules("ui/some.py", bad)), bad


def test_what_is_allowed_is_left(check: ModuleType):
    good = "subprocess.run(['ls'], shell=False)\nhttpx.get(u, verify=context)\nmodel.eval()\nyaml.safe_load(f)\nload()"
    assert not list(check.broken_rules("ui/some.py", good))
    assert not list(check.broken_rules("wangjian/settings.py", "os.environ['A']"))


@pytest.mark.parametrize(
    "bad",
    ["{{ name|safe }}", "{% autoescape false %}", "<script>act()</script>", '<a onclick="x()">', "javascript:act()"],
)
def test_template_that_could_run_what_was_crawled_is_found(check: ModuleType, bad: str):
    assert list(check.broken_template("a.html", "<p>ok</p>\n" + bad)) and bad
    assert not list(check.broken_template("a.html", '<script src="/static/app.js" defer></script><p>{{ name }}</p>'))


def test_templates_of_the_console_hold(check: ModuleType):
    found = [
        line
        for path in sorted((TREE / "ui" / "templates").rglob("*.html"))
        for line in check.broken_template(path.name, path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_finding_needs_a_reason_and_a_reason_a_finding(check: ModuleType):
    finding = {"test_id": "B1", "filename": "./ui/a.py", "line_number": 3, "issue_text": "said"}
    assert list(check.unreasoned([finding], {})) == ["ui/a.py:3: B1 said"]
    assert not list(check.unreasoned([finding], {"B1": {"where": ["ui/"]}}))
    assert list(check.unreasoned([finding], {"B1": {"where": ["ui/", "api/"]}}))
    assert list(check.unreasoned([finding], {"B1": {"where": ["api/"]}}))


def test_each_reason_says_why():
    reasons = tomllib.loads((TREE / "deploy" / "security" / "reasons.toml").read_text(encoding="utf-8"))
    assert all(one["why"] and one["where"] and one["title"] for one in reasons.values())


def test_every_locked_library_has_its_digest(check: ModuleType):
    assert not list(check.unhashed((TREE / "requirements.lock").read_text(encoding="utf-8")))
    assert list(check.unhashed("a==1 \\\n    --hash=sha256:00\nb==2\n")) == ["b==2"]
