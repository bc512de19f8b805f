"""Everything that is read from Snowflake and written to it."""
