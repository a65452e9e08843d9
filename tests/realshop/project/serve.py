"""Serves the shop on loopback with a real HTTP server: `python serve.py PORT`. Says its address when it listens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from waitress import create_server

server = create_server(StaticFilesHandler(get_wsgi_application()), host="127.0.0.1", port=int(sys.argv[1]), threads=4)
print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
server.run()
