"""The content of items: what their features say, as vectors that can be compared."""
