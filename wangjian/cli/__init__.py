"""The command line (docs/reference/cli.md): Chinese to people, one JSON document with --json, codes of ExitCode."""

from wangjian.cli.main import main

__all__ = ["main"]
