"""Who may do what and who did: accounts, sessions, permissions, data scope, masking and the audit chain.

The doors (`api/`, `ui/`) ask here and nowhere else; a `Desk` is what one signed-in person may see and do.
"""
