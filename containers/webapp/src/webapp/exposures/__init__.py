"""Exposures: what lists have shown viewers, and what viewers did with it."""
