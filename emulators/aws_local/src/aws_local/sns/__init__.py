"""SNS: topics whose messages a person reads in a file."""
