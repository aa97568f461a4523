from hypothesis import settings

pytest_plugins = ["pytester"]

# The same examples in each run, and no test is timed.
settings.register_profile("project", derandomize=True, deadline=None, database=None)
settings.load_profile("project")
