"""The only way out: addresses resolved, checked and pinned; robots, rates and budgets of a host; the guarded proxy."""
