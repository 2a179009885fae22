"""What a user can set on a widget."""
