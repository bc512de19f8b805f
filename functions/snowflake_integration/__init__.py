"""The Snowflake side of the stack: renders and runs the scripts in `snowflake/sql/`."""
