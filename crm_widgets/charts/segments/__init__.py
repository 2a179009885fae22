"""The views of segments."""
