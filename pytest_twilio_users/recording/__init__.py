"""What was said: the exchanges of a test."""
