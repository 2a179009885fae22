"""Groups of customers who are alike: found, described and named."""
