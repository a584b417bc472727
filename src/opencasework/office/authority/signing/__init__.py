"""The pages at /sign/: a constituent signs on a phone, without an account."""
