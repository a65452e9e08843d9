"""The four families of markup in which the sample market is served; `base.py` says what a site is."""
