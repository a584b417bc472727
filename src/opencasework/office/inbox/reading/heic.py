"""Teaches Pillow the HEIC photographs of telephones, where their decoder is there.

Imported where pictures are opened, before the child shuts its doors: the decoder is a file too.
"""

from contextlib import suppress

with suppress(ImportError, OSError):  # then such a photograph is named with what to do
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False)

FORMAT = "HEIF"  # as Pillow then calls it
UNREADABLE = "It is a HEIC photograph that cannot be read here."
