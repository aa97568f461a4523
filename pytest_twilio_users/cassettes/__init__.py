"""Exchanges in files: recorded, replayed, checked."""
