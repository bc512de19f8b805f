"""Ratings, and features of users and items, as arrays."""
