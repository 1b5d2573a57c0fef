"""Compares reproof's view of SAM templates with that of SAM's translator."""
