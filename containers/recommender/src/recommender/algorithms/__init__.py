"""Learning algorithms: each turns ratings into a model and knows no path, table or environment."""
