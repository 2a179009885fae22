"""What each customer did and when, read once from a log."""
