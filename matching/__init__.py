"""Who runs this shop: register, identifiers, names, licence findings."""
