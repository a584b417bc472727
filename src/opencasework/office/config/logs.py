"""What never reaches a log: the secret part of an address, which opens a calendar or a form by itself."""

from __future__ import annotations

import logging
import re

# A token of ours has 22 characters or more; no word of an address has.
_SECRET = re.compile(r"(?<=/)[A-Za-z0-9_:=-]{22,}(?=[/.?\s'\")]|$)")


class CutSecrets(logging.Filter):
    """Puts “…” where a long token stands in an address, whoever wrote the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes; what is secret in it does not."""
        said = record.getMessage()
        if (cut := _SECRET.sub("…", said)) != said:
            record.msg, record.args = cut, None
        return True
