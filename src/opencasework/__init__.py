"""Open Casework: casework for the offices of elected representatives, and open figures made from it."""

__version__ = "0.1.0"
