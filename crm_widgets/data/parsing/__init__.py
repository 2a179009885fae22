"""Headers, times and amounts as people write them."""
