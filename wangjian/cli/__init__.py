"""The command line (DESIGN section 4): Chinese to people, one JSON document with --json, exit codes of records/errors.py."""

from wangjian.cli.main import main

__all__ = ["main"]
