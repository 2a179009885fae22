"""Threads, memory, compiled loops and a cache of results."""
