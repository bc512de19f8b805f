"""Base of the app: settings, languages, countries, time, cache; no Snowflake, no pages."""
