"""Files: the only way in for an upload. Callers use portal.files.store (accept, freeze, serve, remove)."""
