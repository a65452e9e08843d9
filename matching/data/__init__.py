"""Word lists the name parser and the checks rest on, as Python values."""
