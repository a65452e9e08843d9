"""deploy/pgnode, s3node and testnode: their node.py are programs and no packages; here they are loaded as modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

__all__ = ["load_node_program"]

TREE = Path(__file__).resolve().parents[1]


def load_node_program(folder: str) -> ModuleType:
    """deploy/<folder>/node.py, loaded once a process."""
    name = f"{folder}_node"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, TREE / "deploy" / folder / "node.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
