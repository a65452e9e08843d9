"""Runs the benchmarks of this folder and prints one table: `python benchmarks/run.py [NAME…]`."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    found = {path.parent.name: path for path in sorted(HERE.glob("*/bench.py"))}
    unknown = [name for name in names if name not in found]
    if unknown:
        print(f"没有名为 {'、'.join(unknown)} 的基准；有：{'、'.join(found)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for name in names or found:
        print(f"\n{name}")
        for measure, value in _measure_of(found[name])().items():
            print(f"  {measure:<32} {value:>12,.3f}")
    return 0


def _measure_of(path: Path) -> Callable[[], dict[str, float]]:
    spec = importlib.util.spec_from_file_location(f"bench_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    measure: Callable[[], dict[str, float]] = module.measure
    return measure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
