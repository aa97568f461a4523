"""Changes the kit in one small place after another, to see whether a test notices.

mutmut leaves decorated functions alone, and what is outside of functions: here, facts are
tables. cosmic-ray runs all tests for each change. So these are a few lines of our own: one
pytest runs the tests once under coverage, then a copy of its process runs, for each change,
those that come by. Where nobody noticed, or what runs at import was changed, the same tests
run once more in a fresh pytest.
"""
