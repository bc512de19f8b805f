"""DuckDB by way of fakesnow: sessions, cursors, rewrites."""
