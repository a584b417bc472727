"""Django's SQLite backend on SQLCipher: encrypted at rest, with full-text search and a patched SQLite."""
