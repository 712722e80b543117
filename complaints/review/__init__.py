"""What helps a reviewer to look: comparisons in words, a case's story with names. Writes nothing."""
