"""Way to Snowflake: connections, sessions, errors and statements.

The room is not called `snowflake`: Streamlit puts the folder of `app.py` in front of the module
path, and the connector's namespace of that name would be looked for here.
"""
