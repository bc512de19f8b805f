"""Snowreel's Lambda functions: the remote service behind the Snowflake external functions."""
