"""Approval, filing and permit numbers a shop shows: what their form tells offline, and what it cannot.

One module a field of law; each `Form` is a shape with a check. A number is faulty for a stated reason or not at all;
`untold` says what only the issuing office can answer. The shapes are to be confirmed against the instruments
named before anything rests on them (待核).
"""
