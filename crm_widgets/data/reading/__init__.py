"""From the caller's frame to checked columns, and what has changed since."""
