"""Custom resources of the Snowflake side, made by the scripts in `snowflake/sql/`."""
