"""What sets some customers apart from the others, and whether it holds."""
