"""Official papers from records (typst PDF/A and docx)."""
