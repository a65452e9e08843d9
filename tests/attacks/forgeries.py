"""All forgeries of a captured page's package, by name: each module enters its own."""

from __future__ import annotations

from tests.attacks import (
    forgeries_by_insiders,
    forgeries_of_containers,
    forgeries_of_contents,
    forgeries_of_files,
    forgeries_of_logs,
    forgeries_of_manifests,
    forgeries_of_signatures,
)
from tests.attacks.forging import BOMBS, FORGERIES

__all__ = ["BOMBS", "FORGERIES", "MODULES"]

MODULES = (
    forgeries_by_insiders,
    forgeries_of_containers,
    forgeries_of_contents,
    forgeries_of_files,
    forgeries_of_logs,
    forgeries_of_manifests,
    forgeries_of_signatures,
)
