"""The handle that tests hold: its parts, one module each."""
