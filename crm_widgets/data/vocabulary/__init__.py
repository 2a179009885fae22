"""What can be asked of a table, what can be selected in it, and what is said about it."""
