"""Requests, the worker that answers them, and the lock of the page."""
