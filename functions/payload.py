"""Sizes of what a Lambda function is given and gives back, as they are sent.

The gateway hands a request's body on as text in a JSON event, and gets an answer's body as text in
a JSON object: each quote of a body takes two bytes there. Lambda takes 6 MB of either:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. (Its own refusal of an
answer names 6,291,556 bytes, a hundred more than these.) An answer beyond would be a 502, which
Snowflake sends again until it gives up.
"""

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024

#: An event beside its body: headers, twice, and the context of the request.
EVENT_BYTES = 32 * 1024
#: An answer beside its body: status and headers.
ENVELOPE_BYTES = 1024

#: A recommendation in an endpoint's reply, with four ids as long as ids are trained with.
LISTED_BYTES = 1300


def as_sent(body: str) -> int:
    """Bytes of a JSON text as a member of another."""
    return len(body.encode()) + body.count('"') + body.count("\\")


def fits_answer(body: str) -> bool:
    """True for a body that Lambda gives back."""
    return as_sent(body) + ENVELOPE_BYTES <= MAX_PAYLOAD_BYTES
