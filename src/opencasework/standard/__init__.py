"""The Open Casework Data standard: what a publication is, how it is protected, how it is checked.

Plain Python that imports nothing else of ours, for use on its own: `publication` writes and reads,
`disclosure` protects, `validate` checks, `codelists` holds the codes. The text of the standard is in
docs/standard.
"""

VERSION = "1.0"
