"""The largest things we accept, in one place (see docs/operator)."""

LARGEST_UPLOAD = 25 * 1024 * 1024  # bytes; a scan of a signed form is well under it
LARGEST_NOTE = 100_000  # characters
