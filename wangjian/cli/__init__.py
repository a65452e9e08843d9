"""The command line (DESIGN section 4): Chinese to people, one JSON document with --json, exit codes of ExitCode."""

from wangjian.cli.main import main

__all__ = ["main"]
