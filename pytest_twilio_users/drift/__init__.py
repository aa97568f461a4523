"""Where two recordings of one conversation differ."""
