"""`python -m wangjian`."""

from wangjian.cli import main

main()
