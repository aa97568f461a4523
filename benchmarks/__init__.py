"""What the kit costs, beside the least that httpx itself costs: `python -m benchmarks`."""
