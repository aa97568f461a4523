import gc

from hypothesis import settings

pytest_plugins = ["pytester"]

# The same examples in each run, and no test is timed.
settings.register_profile(
    "project", max_examples=50, derandomize=True, deadline=None, database=None
)
settings.register_profile("documents", settings.get_profile("project"), max_examples=10)
settings.load_profile("project")


def pytest_collection_finish():
    """Have the garbage collector pass over what is loaded: inner runs of pytest collect often."""
    gc.collect()
    gc.freeze()
