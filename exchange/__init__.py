"""Bundles between zones and bureaus: signed one-way files, receipts, what may go which way, matters on the way."""
