"""The public web form: a constituent writes to the office without an account."""
