"""Who acts: a test, an example, a wide fixture."""
