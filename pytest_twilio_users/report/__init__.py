"""What a run came to, as a page to look at."""
