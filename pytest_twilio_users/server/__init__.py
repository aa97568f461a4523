"""The stub on a socket."""
