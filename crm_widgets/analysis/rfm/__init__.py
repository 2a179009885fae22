"""Recency, frequency and money, and the scores made of them."""
