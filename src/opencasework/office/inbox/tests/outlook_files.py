"""Writes Outlook's .msg files, small ones, so that the tests need no file of anybody's."""

import struct
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, LAST, FAT_MARK = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5


@dataclass
class Node:
    """A stream with `content`, or a storage with others in it."""

    name: str
    content: bytes | None = None
    inside: list["Node"] = field(default_factory=list)


Properties = dict[int, "str | bytes | int | Properties"]


def message(properties: Properties, *, recipients: list[Properties], files: list[Properties]) -> bytes:
    """A .msg with these properties: text as Unicode, bytes as they are, numbers among the fixed ones.

    Where a file's content is itself properties, it is a message inside the message.
    """
    top = [*_streams(properties), _fixed(properties, 32), Node("__nameid_version1.0")]
    for number, each in enumerate(recipients):
        top.append(Node(f"__recip_version1.0_#{number:08X}", None, [*_streams(each), _fixed(each, 8)]))
    for number, each in enumerate(files):
        top.append(Node(f"__attach_version1.0_#{number:08X}", None, [*_streams(each), _fixed(each, 8)]))
    return _Writer(Node("Root Entry", None, top)).file()


def _streams(properties: Properties):
    for number, value in properties.items():
        if isinstance(value, str):
            yield Node(f"__substg1.0_{number:04X}001F", value.encode("utf-16-le"))
        elif isinstance(value, bytes):
            yield Node(f"__substg1.0_{number:04X}0102", value)
        elif isinstance(value, dict):
            yield Node(f"__substg1.0_{number:04X}000D", None, [*_streams(value), _fixed(value, 24)])


def _fixed(properties: Properties, head: int) -> Node:
    numbers = {number: value for number, value in properties.items() if isinstance(value, int)}
    rows = [struct.pack("<IIQ", number << 16 | 3, 6, value) for number, value in numbers.items()]
    return Node("__properties_version1.0", bytes(head) + b"".join(rows))


class _Writer:
    def __init__(self, root: Node) -> None:
        self.fat: list[int] = []
        self.sectors = b""
        self.mini_fat: list[int] = []
        self.mini = b""
        self.rows: list[bytes] = []
        self.root = root

    def file(self) -> bytes:
        self._row(self.root, ROOT, right=FREE)
        start = self._put(self.mini)
        self.rows[0] = self.rows[0][:0x74] + struct.pack("<IQ", start, len(self.mini))
        directory = self._put(b"".join(self.rows))
        mini_fat = self._put(struct.pack(f"<{len(self.mini_fat)}I", *self.mini_fat))
        count = 1
        while (len(self.fat) + count) * 4 > count * SECTOR:
            count += 1
        first = len(self.fat)
        fat = [*self.fat, *[FAT_MARK] * count]
        fat += [FREE] * (count * SECTOR // 4 - len(fat))
        table = list(range(first, first + count)) + [FREE] * (109 - count)
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
        head += bytes(6) + struct.pack("<9I", 0, count, directory, 0, CUTOFF, mini_fat, 1, LAST, 0)
        return head + struct.pack("<109I", *table) + self.sectors + struct.pack(f"<{len(fat)}I", *fat)

    def _row(self, node: Node, kind: int, *, right: int) -> int:
        number = len(self.rows)
        self.rows.append(b"")
        below = FREE
        for each in reversed(node.inside):  # each points to the one after it, the storage to the first
            below = self._row(each, STORAGE if each.content is None else STREAM, right=below)
        content = node.content or b""
        start = self._put(content) if len(content) >= CUTOFF else self._put_mini(content)
        name = node.name.encode("utf-16-le")
        row = name.ljust(64, b"\0") + struct.pack("<HBB3I", len(name) + 2, kind, 1, FREE, right, below)
        self.rows[number] = row + bytes(36) + struct.pack("<IQ", start, len(content))
        return number

    def _put(self, content: bytes) -> int:
        first = len(self.fat)
        count = -(-len(content) // SECTOR)
        self.fat += [*range(first + 1, first + count), LAST] if count else []
        self.sectors += content.ljust(count * SECTOR, b"\0")
        return first if count else LAST

    def _put_mini(self, content: bytes) -> int:
        first = len(self.mini_fat)
        count = -(-len(content) // MINI)
        self.mini_fat += [*range(first + 1, first + count), LAST] if count else []
        self.mini += content.ljust(count * MINI, b"\0")
        return first if count else LAST
