"""The views of what sets customers apart."""
