"""Rules of the resources: documents, and how they change; no process, clock or disk."""
