import gc

from hypothesis import Phase, settings

pytest_plugins = ["pytester"]

# The same examples in each run, and no test is timed.
settings.register_profile(
    "project",
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=False,  # which Hypothesis does where CI is set
)
settings.register_profile(
    "documents",
    settings.get_profile("project"),
    max_examples=10,
    phases=set(Phase) - {Phase.explain},
)
settings.load_profile("project")


def pytest_collection_finish():
    """Have the garbage collector pass over what is loaded: inner runs of pytest collect often."""
    gc.collect()
    gc.freeze()
