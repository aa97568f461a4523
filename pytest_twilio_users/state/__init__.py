"""What the stub remembers: its store, and what each operation does to it."""
