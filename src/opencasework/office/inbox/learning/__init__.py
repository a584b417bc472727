"""What the words of a message say about its category. Plain Python, no Django.

`words` takes a text apart, `keywords` knows what the code list's words mean, `weights` holds what was
learned, `training` learns it, in a process of its own, because what learns is large.
"""
