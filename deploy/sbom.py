"""`make sbom`: what ships with us as a CycloneDX document, for machines that compare it with known vulnerabilities.

The libraries of requirements.lock (cyclonedx-bom reads the lock file, with its digests) and the browser files of the
console. Nothing of the machine it is written on gets in: no path, no time, no random number, so that the same release
gives the same document.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

__all__ = ["document", "main"]

TREE = Path(__file__).resolve().parents[1]
_TIMEOUT_SECONDS = 120


def main(words: list[str]) -> int:
    """Write the document to the file named, or `dist/sbom.cdx.json`."""
    path = Path(words[0]) if words else TREE / "dist" / "sbom.cdx.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = document()
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path}: {len(told['components'])} 个组件\n")
    return 0


def document() -> dict[str, Any]:
    """The whole document, CycloneDX 1.6."""
    words = [
        sys.executable, "-m", "cyclonedx_py", "requirements", str(TREE / "requirements.lock"), "--output-reproducible",
        "--spec-version", "1.6", "--of", "JSON", "--pyproject", str(TREE / "pyproject.toml"),
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603  # our own interpreter and words
        words, capture_output=True, text=True, check=True, timeout=_TIMEOUT_SECONDS
    )
    told: dict[str, Any] = json.loads(done.stdout)
    told["components"] = sorted([*told["components"], *_browser_files()], key=lambda one: (one["name"], one["version"]))
    return told


def _browser_files() -> list[dict[str, Any]]:
    found = []
    for path in sorted(TREE.glob("ui/**/vendor.toml")):
        for name, one in _entries(tomllib.loads(path.read_text(encoding="utf-8"))):
            found.append(
                {
                    "type": "library",
                    "bom-ref": f"vendor:{name}",
                    "name": str(one.get("name", name)),
                    "version": str(one.get("version", "")),
                    "scope": "required",
                    "properties": [{"name": "wangjian:file", "value": str(one.get("file", name))}],
                    "hashes": [{"alg": "SHA-256", "content": str(one["sha256"])}] if "sha256" in one else [],
                }
            )
    return found


def _entries(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Tables that name a version, however deep."""
    found: list[tuple[str, dict[str, Any]]] = []
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found += [(str(one.get("name", name)), one)] if "version" in one else _entries(one)
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
