"""Threads, memory and compiled loops: what the machine has to offer."""
