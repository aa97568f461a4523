"""Changes the kit in one small place after another, to see whether a test notices.

mutmut leaves decorated functions alone, and what is outside of functions: here, facts are
tables. cosmic-ray runs all tests for each change. So these are a few lines of our own: one
pytest runs the tests once under coverage, then a copy of its process runs, for each change,
those that come by: first those that noticed others in the same module, then those that are
named for it. What runs at import is changed in a fresh pytest. A wing's own tests are tried
first; what they let pass, all others.

A sample is the same few changes each time, drawn by what they are, of wings whose own tests are
fast: one pytest tries them all, so CI has the time for it.

What nobody can notice is not changed: docstrings, annotations, decorators (so the flags of
dataclasses), `__tracebackhide__`, `__slots__`, `__all__` (public names are proven by
tests/architecture), encodings that Linux has without being told, that `zip` is strict, that a
field is no argument, a truth given as None, what an empty value at the end of an `or` is.
`accepted.toml` lists single changes that need no test, each with its reason.
"""
