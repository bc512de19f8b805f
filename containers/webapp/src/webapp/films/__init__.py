"""Films: catalogue, search, lists that are the same for all viewers."""
