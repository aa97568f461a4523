"""Who is acting, and what ends with it."""
