"""What a page is sent, and what it may send."""
