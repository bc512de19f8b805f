"""The same film in several sources: found by links, or by title and year."""
