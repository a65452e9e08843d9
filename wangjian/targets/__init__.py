"""监测对象库: who is surveyed, and how gently; registering, tables in and out, candidates accepted."""
