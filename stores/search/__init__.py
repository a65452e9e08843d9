"""Search indexes. `fold` decides for all of them what a word is; `query`, `highlight` are shared too."""
