"""What a table of customers or transactions means, and how it is aggregated."""
