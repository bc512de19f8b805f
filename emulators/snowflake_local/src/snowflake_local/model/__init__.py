"""Names, types, queries, errors: what every other room speaks in."""
