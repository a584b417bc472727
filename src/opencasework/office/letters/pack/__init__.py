"""The papers that go out with a letter: chosen, put in order, bound into one PDF that a mail can carry."""
