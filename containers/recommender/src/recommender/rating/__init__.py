"""Rating models: each estimates ratings, and knows no path, table or environment."""
