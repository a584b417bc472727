"""What `validate` looks at, a file for each part of a publication. Every check yields findings."""
