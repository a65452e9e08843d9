"""Everything the command line and the console can do is in /api/v1, or says why not: parity.toml, held both ways."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = tomllib.loads(Path(__file__).with_name("parity.toml").read_text("utf-8"))
COMMANDS = re.findall(r"^## `wangjian ([^`]+)`$", (ROOT / "docs/reference/cli.md").read_text("utf-8"), re.MULTILINE)
PATHS = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))["paths"]
ROUTES = {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, found in PATHS.items() for method in found}


def named(part):
    """Routes that a part of the table names, one by one."""
    for owner, routes in TABLE[part].items():
        for route in [routes] if isinstance(routes, str) else routes:
            yield owner, route


def test_each_command_has_a_route_or_a_reason():
    known, reasons = TABLE["commands"], TABLE["commands_without_route"]
    asked = set(COMMANDS)
    without = [
        one
        for one in sorted(asked)
        if one not in known and not any(one == said or one.startswith(f"{said} ") for said in reasons)
    ]
    assert without == []
    assert [one for one in known if one not in asked] == []
    assert [one for one in reasons if not any(f"{name} ".startswith(f"{one} ") for name in asked)] == []


def test_each_route_the_table_names_is_there():
    assert [pair for part in ("commands", "pages") for pair in named(part) if pair[1] not in ROUTES] == []


def test_each_page_of_the_console_has_a_route_or_a_reason(quiet_office):
    shown = {f"/{path.split('/')[1]}" for path in paths_of(quiet_office.app.routes) if not path.startswith("/api")}
    told = TABLE["pages"].keys() | TABLE["pages_without_route"].keys()
    assert sorted((shown ^ told) - {"/healthz", "/readyz", "/metrics", "/api"}) == []


def paths_of(routes):
    """Every address of an application, those of routers inside routers too."""
    for route in routes:
        if hasattr(route, "effective_route_contexts"):
            yield from (one.path for one in route.effective_route_contexts())
        elif getattr(route, "path", ""):
            yield route.path


def test_a_reason_is_a_sentence():
    said = [*TABLE["commands_without_route"].values(), *TABLE["pages_without_route"].values()]
    assert [one for one in said if len(one) < 10 or not one.endswith(".")] == []
