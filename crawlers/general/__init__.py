"""The general reader: shops that no page object knows, read by what people see, then by embedded data."""
