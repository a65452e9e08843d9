"""Acts in the browser: what a page does to a visitor who only looks, closes what covers it, and comes again."""
