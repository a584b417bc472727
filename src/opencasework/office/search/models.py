"""No models: the indexes are tables the database keeps up by itself (see index.py).

The file is here because Django tells only folders with models that migrations are done.
"""
