"""Kinds of statements, and those that have their whole meaning here."""
