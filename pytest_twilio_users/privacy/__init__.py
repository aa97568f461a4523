"""Private values: what stands in for them, and where they are hidden."""
