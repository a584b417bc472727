"""What a Word file or a picture for letters may cost. The manual shows these numbers."""

FILE_BYTES = 10_000_000  # of a Word template or a picture, as it is uploaded
UNPACKED_BYTES = 100_000_000  # of a Word file, all its parts
XML_BYTES = 20_000_000  # of its text, styles and numbering
PARTS = 2_000
RATIO = 100  # unpacked to packed, of a part larger than RATIO_FROM_BYTES
RATIO_FROM_BYTES = 1_000_000
PICTURE_PIXELS = 40_000_000

CPU_SECONDS = 10
WALL_SECONDS = 20
MEMORY_BYTES = 512_000_000
ANSWER_BYTES = 64_000_000
IDLE_SECONDS = 600  # a child that waits for work longer than this ends by itself
