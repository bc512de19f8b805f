"""Matches of a film in several sources: by links, or by title and year."""
