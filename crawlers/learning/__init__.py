"""What a survey learns of a site while it visits it."""
