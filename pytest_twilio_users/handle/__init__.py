"""The handle that tests hold, and what it is put together from."""
