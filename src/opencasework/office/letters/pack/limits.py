"""What a pack may be and what binding it may cost. The manual shows these; nothing else decides them."""

MAIL_BYTES = 20_000_000  # what the mail servers of departments and councils take, as it travels: encoded
MAIL_WORDS = 200_000  # of these, what the headers and the words of a mail may need
PAGES = 300  # of one pack
DOCUMENTS = 60
FILE_BYTES = 80_000_000  # of one document; a larger one is not opened
PICTURE_POINTS = 120_000_000  # of one photograph; telephones make up to 108 million

FILE_CPU_SECONDS = 40  # of the child, for one document
BIND_CPU_SECONDS = 60
WALL_SECONDS = 90  # for a whole pack: somebody waits
MEMORY_BYTES = 1_500_000_000
WRITTEN_BYTES = 400_000_000  # of one file the child writes

# How small pictures are made, one step after the other until all fits: points to the inch, quality of a JPEG.
LEVELS = ((200, 82), (150, 70), (110, 55))


def encoded(size: int) -> int:
    """How many bytes a file of this size takes in a mail: base64, in lines of 76 with their ends."""
    return -(-size // 57) * 78


def room(size: int) -> int:
    """The largest file whose encoded form is no larger than `size`."""
    return size // 78 * 57
