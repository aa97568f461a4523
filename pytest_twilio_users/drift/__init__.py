"""Where two answer differently."""
