"""A table that stays in its engine, and is asked by queries."""
