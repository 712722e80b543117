"""Load: rows in bulk, and named lanes that measure how the desk behaves as cases grow."""
