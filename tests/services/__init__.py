"""Real servers for the tests: Dovecot, PostgreSQL, an SMTP sink and a browser.

Each is a class that starts in about a second, listens on a free loopback port, keeps everything in
a short folder of its own and leaves nothing behind. The fixtures are in `plugin.py`.
"""
