"""Reading one raw message: plain Python without Django, so that a child process with limits can do it.

`reader.Reader` is the way in for the rest of the office; `message.read` is what happens inside the child.
"""
