"""What `make` runs: setting up, checking, testing and locking a checkout."""
