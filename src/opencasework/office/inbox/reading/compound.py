"""Microsoft's compound file: folders and streams inside one file ([MS-CFB]). Outlook's .msg is one.

Only what reading needs. A damaged or hostile file gives fewer streams, or `NotCompound`; never a loop.
"""

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTRY_BYTES = 128
MOST_ENTRIES = 20_000
END = 0xFFFFFFFA  # and above: marks, not sectors
STORAGE, STREAM, ROOT = 1, 2, 5


class NotCompound(Exception):
    """The file is not a compound file, or too damaged to be read."""


class Entry:
    """One line of the directory: a stream, or a storage with others below it."""

    def __init__(self, data: bytes) -> None:
        length = min(struct.unpack_from("<H", data, 0x40)[0], 64)
        self.name = data[: max(0, length - 2)].decode("utf-16-le", "replace")
        self.kind = data[0x42]
        self.left, self.right, self.child = struct.unpack_from("<3I", data, 0x44)
        self.start, self.size = struct.unpack_from("<IQ", data, 0x74)


class CompoundFile:
    """A compound file in memory."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) < 512 or not raw.startswith(MAGIC):
            raise NotCompound("It is not a compound file.")
        self.raw = raw
        sector_shift, mini_shift = struct.unpack_from("<HH", raw, 0x1E)
        if sector_shift not in (9, 12) or mini_shift != 6:
            raise NotCompound("Its sectors have an unknown size.")
        self.sector_bytes, self.mini_bytes = 1 << sector_shift, 1 << mini_shift
        self.cutoff = struct.unpack_from("<I", raw, 0x38)[0]
        self.fat = self._allocation(self._fat_sectors())
        directory = self._chain(struct.unpack_from("<I", raw, 0x30)[0])
        self.entries = [
            Entry(directory[start : start + ENTRY_BYTES])
            for start in range(
                0, min(len(directory), MOST_ENTRIES * ENTRY_BYTES) - ENTRY_BYTES + 1, ENTRY_BYTES
            )
        ]
        if not self.entries or self.entries[0].kind != ROOT:
            raise NotCompound("It has no directory.")
        mini_start = struct.unpack_from("<I", raw, 0x3C)[0]
        self.mini_fat = self._numbers(self._chain(mini_start))
        self.mini_stream = self._chain(self.entries[0].start)

    @property
    def root(self) -> Entry:
        """The storage that holds all others."""
        return self.entries[0]

    def children(self, storage: Entry) -> dict[str, Entry]:
        """What lies directly in a storage, by name."""
        found: dict[str, Entry] = {}
        seen: set[int] = set()
        waiting = [storage.child]
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self.entries):
                continue
            seen.add(number)
            entry = self.entries[number]
            found[entry.name] = entry
            waiting += [entry.left, entry.right]
        return found

    def read(self, stream: Entry) -> bytes:
        """The bytes of a stream, as far as they are there."""
        # In files of the older version the upper half of the size may be left unset.
        size = stream.size & 0xFFFFFFFF if self.sector_bytes == 512 else stream.size
        if size < self.cutoff:
            return self._mini_chain(stream.start)[:size]
        return self._chain(stream.start)[:size]

    def _fat_sectors(self) -> list[int]:
        first, count = struct.unpack_from("<2I", self.raw, 0x44)
        sectors = list(struct.unpack_from("<109I", self.raw, 0x4C))
        per_sector = self.sector_bytes // 4 - 1
        for _ in range(min(count, 10_000)):
            numbers = self._numbers(self._sector(first))
            if len(numbers) <= per_sector:
                break
            sectors += numbers[:per_sector]
            first = numbers[per_sector]
        return [sector for sector in sectors if sector < END]

    def _allocation(self, sectors: list[int]) -> list[int]:
        return [number for sector in sectors for number in self._numbers(self._sector(sector))]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector_bytes
        return self.raw[start : start + self.sector_bytes]

    @staticmethod
    def _numbers(data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        seen: set[int] = set()
        while number < len(self.fat) and number not in seen:
            seen.add(number)
            pieces.append(self._sector(number))
            number = self.fat[number]
        return b"".join(pieces)

    def _mini_chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        seen: set[int] = set()
        while number < len(self.mini_fat) and number not in seen:
            seen.add(number)
            start = number * self.mini_bytes
            pieces.append(self.mini_stream[start : start + self.mini_bytes])
            number = self.mini_fat[number]
        return b"".join(pieces)
