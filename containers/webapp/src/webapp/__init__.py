"""The web app for film viewers: Streamlit over Snowflake."""
