"""The warehouse during a load: uploads, one transaction, and the account that is kept of it."""
