"""Keeps the number of instances of endpoints in step with their load, where they have any."""
