"""Taste of a viewer: ratings, favourite and unwanted genres, dismissed films."""
