"""Where a table comes from, and when it is read again."""
