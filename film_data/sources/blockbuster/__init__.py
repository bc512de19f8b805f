"""The Blockbuster database: the ten most successful films of each year."""
