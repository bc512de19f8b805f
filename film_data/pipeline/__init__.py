"""From a file to checked rows: records, rules, and the account of what became of each row."""
