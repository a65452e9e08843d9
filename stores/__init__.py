"""Where it rests: SQL, search index, objects. Implements records/ports.py; imported only by wangjian/wiring.py."""
