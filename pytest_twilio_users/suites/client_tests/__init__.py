"""The client suite's tests, by what a client does; `suites/client.py` puts them together."""
