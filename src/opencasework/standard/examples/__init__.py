"""Examples: a valid publication of an office that does not exist, and one fault for every rule."""
