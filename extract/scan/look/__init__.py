"""A first look at a page: whether it holds a table, which one, and which way up it is."""
