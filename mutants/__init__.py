"""Breaks the kit in one small place after another, to see whether a test notices."""
