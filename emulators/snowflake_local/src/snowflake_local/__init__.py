"""The local warehouse: a Snowflake-shaped server on DuckDB with Snowflake's external functions."""
