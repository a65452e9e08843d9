"""Every exchange of a survey as WARC 1.1: written before the page that points at it, read back and verified."""
