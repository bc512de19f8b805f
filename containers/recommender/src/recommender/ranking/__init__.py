"""Ranking models: each orders the items that a viewer has not rated, and can say why."""
