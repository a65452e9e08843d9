"""The application: settings, wiring, flow, command line, sample market."""
