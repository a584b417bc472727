"""What a test finds on a page that it has got without a browser."""

from __future__ import annotations

import re


def posts_to(page: str, address: str) -> str:
    """The first address of this pattern to which a form of the page posts, such as the Undo of a message."""
    found = re.search(rf'<form method="post" action="({address})"', page)
    assert found, page[:3000]
    return found.group(1)
