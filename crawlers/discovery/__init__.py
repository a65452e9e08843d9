"""Finding shops nobody surveys yet: link lists, sitemaps, search pages, the register's declarations, platform shops."""
