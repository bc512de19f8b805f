"""Recommendations for viewers: shelves, the deployed model, its results and estimates."""
