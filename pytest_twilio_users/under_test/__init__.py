"""A client under test, the kit's own or any other: how it is asked, what it shows of users."""
