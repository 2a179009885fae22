"""Published numbers, and the data they need."""
