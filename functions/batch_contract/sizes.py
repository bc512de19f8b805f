"""Sizes of ids and numbers in the largest arguments and answers."""

#: Characters of an id that a training takes, and of one among thousands in a row.
TRAINED_ID, LISTED_ID = 256, 40

FLOAT = -1.2345678901234567e-05
#: A model's numbers, which are of single precision.
SINGLE = -1.2345678e-05
#: As long as the longest prefix makes it.
TRAINING_JOB = "j" * 45


def ids(count: int, length: int = LISTED_ID) -> list[str]:
    """So many different ids of so many characters each."""
    return [f"{number:0{length}d}" for number in range(count)]
