"""HTTP: sign-in, statements and results on the wire."""
