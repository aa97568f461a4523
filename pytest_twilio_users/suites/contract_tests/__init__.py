"""The contract suite's tests, by theme; `suites/contract.py` is where pytest finds them."""
