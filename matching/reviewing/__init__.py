"""Review of pairs in doubt: which are queued, what opinions come to, how far reviewers agree. Pure functions."""
