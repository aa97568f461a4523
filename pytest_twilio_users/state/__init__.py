"""What the stub remembers, as each operation changes it."""
