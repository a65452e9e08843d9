"""Who may do what and who did: accounts, roles, permissions, the audit chain."""
