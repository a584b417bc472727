"""The observatory: publications of many offices in, a public site and open tables out.

It meets the office only in the open standard: what crosses is a file. No Django, no office data.
"""
