"""Views: parts of pages, and the context that every page works with."""
