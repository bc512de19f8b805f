"""Paths of the server's own routes, which pages send browsers to."""

#: Trades a ticket for the cookie of a session.
TICKET_PATH = "/sign-in-ticket"
#: Keeps a language in a cookie; the language's code follows.
LANGUAGE_PATH = "/language"
