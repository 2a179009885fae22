"""What several widgets have in common beyond what all widgets are."""
