"""The largest things we accept, in one place (see docs/operator)."""

LARGEST_UPLOAD = 25 * 1024 * 1024  # bytes; a scan of a signed form is well under it
LARGEST_NOTE = 100_000  # characters
LARGEST_LETTER = 60 * 1024 * 1024  # bytes; all the scans of one letter, as one request can carry
MOST_SCANS = 60  # files of one letter
LARGEST_BRING_IN = 500 * 1024 * 1024  # bytes; what is brought into the inbox at once
LARGEST_REQUEST = 64 * 1024 * 1024  # bytes; what the web server takes in one piece
MOST_FILES = 200  # brought into the inbox at once
