"""Ranking models: each orders the items that a user has not rated, and can say why."""
