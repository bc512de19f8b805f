"""Rows of a batch that fit whatever they hold; the SQL says the same numbers."""
