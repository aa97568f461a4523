"""How a request arrives: one library each."""
