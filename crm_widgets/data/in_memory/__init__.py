"""A table whose columns are in memory: integer codes, counts and moments."""
