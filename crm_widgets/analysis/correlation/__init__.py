"""Which columns go together, how surely, and for whom."""
