"""Is the register itself right? Checks over entities, and the report a supplier or office can act on.

Every question is answered sound, problem or 无法判定; what the register's own practice makes common is never called a
problem (measured on 250,000 real registrations: codes of abolished divisions go on being issued, development zones use
numbers no standard has).
"""
