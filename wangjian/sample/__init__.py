"""The sample market shipped with the product: a synthetic register and shops on loopback, made from a seed.

Nothing here looks at a real shop, a real person or a clock: the same seed gives the same bytes. `register.py` makes the
登记库, `market.py` the shops and their truth, `server.py` serves them.
"""
