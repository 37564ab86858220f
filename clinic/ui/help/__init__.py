"""Help from one source: the Markdown of resources/help, read, searched and shown."""
