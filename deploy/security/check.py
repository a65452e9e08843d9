"""`make security`: bandit with a reason for all that stands, rules of our own, and a digest for every locked library.

What is not looked at is said: known vulnerabilities of libraries need the network. `make sbom` writes the list that a
machine with one can compare.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["ROOMS", "broken_rules", "main", "unhashed", "unreasoned"]

TREE = Path(__file__).resolve().parents[2]
ROOMS = (
    "api", "crawlers", "documents", "evidence", "exchange", "leads", "matching", "network", "offices", "records",
    "stores", "ui", "wangjian",
)  # fmt: skip
_REASONS = Path(__file__).with_name("reasons.toml")
_LOCKS = ("requirements.lock", "requirements-dev.lock", "deploy/security/requirements.lock")
_PINNED = re.compile(r"^[A-Za-z0-9][^=\s]*==\S+")
_ENVIRONMENT = {
    "wangjian/settings.py",
    "wangjian/nursery.py",  # hands it to children
    "wangjian/survey_nursery.py",
    "matching/licence_images/engine.py",  # tells a library how many threads it may take, and takes it back
}
_READS = ("os.environ", "os.getenv")
_FORBIDDEN = {
    "eval": "runs text as program",
    "exec": "runs text as program",
    "pickle.load": "runs what it reads",
    "pickle.loads": "runs what it reads",
    "marshal.loads": "runs what it reads",
    "yaml.load": "runs what it reads",
    "os.system": "goes through a shell",
    "os.popen": "goes through a shell",
    "tempfile.mktemp": "another may take the name",
    "ssl._create_unverified_context": "believes any certificate",
    "HTTPException": "answers without a problem document (api/problems.py)",
}
_FALSE_ARGUMENTS = {"verify": "believes any certificate", "check_hostname": "believes any host"}
_UNSAFE_TEMPLATE = re.compile(
    r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|javascript:"
)


def main() -> int:
    """Every check; 0 when nothing is found."""
    found = [*_bandit_findings(), *_own_findings(), *(f"{lock}: {name} 没有摘要" for lock, name in _unhashed_locks())]
    for line in found:
        sys.stdout.write(line + "\n")
    sys.stdout.write(
        f"{len(found)} 项问题：bandit（理由见 deploy/security/reasons.toml）、自有规则、锁定文件的摘要。"
        "已知漏洞未比对（须联网）：make sbom 写出清单\n"
    )
    return 1 if found else 0


def unreasoned(findings: Sequence[Mapping[str, object]], reasons: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Findings no reason covers, and reasons no finding needs."""
    needed = set()
    for one in findings:
        rule, place = str(one["test_id"]), str(one["filename"]).removeprefix("./")
        known = reasons.get(rule, {})
        where = next((start for start in _strings(known.get("where")) if place.startswith(start)), None)
        if where is None:
            yield f"{place}:{one['line_number']}: {rule} {one['issue_text']}"
        else:
            needed.add((rule, where))
    for rule, reason in reasons.items():
        for where in _strings(reason.get("where")):
            if (rule, where) not in needed:
                yield f"deploy/security/reasons.toml: {rule} 在 {where or '任何地方'} 已没有发现，删去这条理由"


def broken_rules(path: str, source: str) -> Iterator[str]:
    """Rules of our own that a module breaks, by line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            if why := _FORBIDDEN.get(name.removeprefix("fastapi.")):
                yield f"{path}:{node.lineno}: {name} {why}"
            for argument in node.keywords:
                if argument.arg == "shell" and _says(argument.value, "True"):
                    yield f"{path}:{node.lineno}: shell=True goes through a shell"
                if argument.arg in _FALSE_ARGUMENTS and _says(argument.value, "False"):
                    yield f"{path}:{node.lineno}: {argument.arg}=False {_FALSE_ARGUMENTS[argument.arg]}"
        elif isinstance(node, ast.Attribute) and _dotted(node) in _READS and path not in _ENVIRONMENT:
            yield f"{path}:{node.lineno}: reads the environment outside wangjian/settings.py"


def broken_template(path: str, text: str) -> Iterator[str]:
    """What a template may not hold: unescaped values, script or handlers in the page."""
    for found in _UNSAFE_TEMPLATE.finditer(text):
        yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {found.group().strip()[:40]}"


def unhashed(lock: str) -> Iterator[str]:
    """Pinned libraries of a lock file that have no digest beside them."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock)
    for entry in entries:
        if (pinned := _PINNED.match(entry)) and "--hash=sha256:" not in entry:
            yield pinned.group()


def _bandit_findings() -> list[str]:
    words = [sys.executable, "-m", "bandit", "-q", "-r", "-f", "json", *ROOMS]
    done = subprocess.run(words, cwd=TREE, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return [f"bandit 没有给出结果：{done.stderr[-500:]}"]
    errors = [f"bandit 读不了 {one['filename']}：{one['reason']}" for one in told["errors"]]
    return [*errors, *unreasoned(told["results"], tomllib.loads(_REASONS.read_text(encoding="utf-8")))]


def _own_findings() -> Iterator[str]:
    for room in ROOMS:
        for path in sorted((TREE / room).rglob("*.py")):
            yield from broken_rules(path.relative_to(TREE).as_posix(), path.read_text(encoding="utf-8"))
    for path in sorted((TREE / "ui" / "templates").rglob("*.html")):
        yield from broken_template(path.relative_to(TREE).as_posix(), path.read_text(encoding="utf-8"))


def _unhashed_locks() -> Iterator[tuple[str, str]]:
    for lock in _LOCKS:
        for name in unhashed((TREE / lock).read_text(encoding="utf-8")):
            yield lock, name


def _dotted(node: ast.AST) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _says(node: ast.AST, value: str) -> bool:
    return isinstance(node, ast.Constant) and repr(node.value) == value


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


if __name__ == "__main__":
    raise SystemExit(main())
