"""Resources beside the users, answered loosely: without evidence."""
