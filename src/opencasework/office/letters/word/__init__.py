"""Word files: looked through, filled in and written in a child process that may be killed."""
