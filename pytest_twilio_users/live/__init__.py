"""A live account: a run on it, what may be sent, what was made there."""
