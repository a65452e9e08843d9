"""交互回放: archived pages come to life here, on an origin of their own that has nothing of the console."""
