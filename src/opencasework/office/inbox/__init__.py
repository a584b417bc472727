"""The inbox: mail collected or handed over, kept as it came, read, and offered to a case."""
