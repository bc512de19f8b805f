"""Server of the app: Streamlit's ASGI application with own routes and headers."""
