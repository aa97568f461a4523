"""Private values: what stands in for them wherever they would be seen."""
