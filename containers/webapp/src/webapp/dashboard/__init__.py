"""Figures of the database: sections of the dashboard, their statements and charts."""
