"""Page objects of known families, one module a family, one class a kind of page."""
