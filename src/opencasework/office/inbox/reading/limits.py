"""What one message may cost. The manual shows these numbers; nothing else decides them."""

MESSAGE_BYTES = 50_000_000  # a larger message is kept whole, but only its headers are read
KEPT_BYTES = 200_000_000  # of a larger one, and no provider we know of takes any, only the headers are kept
PARTS = 1_000
DEPTH = 50  # parts inside parts
HEADER_BYTES = 256_000  # one header
HEADER_BLOCK_BYTES = 2_000_000  # all of them
ADDRESSES = 500  # in one header; the rest are not listed
REFERENCES = 200  # the newest are kept
PARAMETERS = 100  # of one Content-Type or Content-Disposition
STRUCTURED_HEADER_CHARACTERS = 20_000  # beyond this a Content-Type is treated as broken

TEXT_BYTES = 8_000_000  # of a message that is one long text; of the rest we read nothing
TEXT_CHARACTERS = 2_000_000  # of the plain text; the rest stays in the raw message
RICH_TEXT_BYTES = 1_000_000  # of Outlook's rich text, once unpacked
HTML_CHARACTERS = 1_000_000  # beyond this there is no formatted view
HTML_DEPTH = 512
HTML_TAGS = 50_000
REPLY_CHARACTERS = 100_000  # text in which we look for quotation; beyond it nothing is folded away
CHARSET_SAMPLE_BYTES = 8_000

PICTURE_PIXELS = 40_000_000  # of one picture; beyond it there is no preview
PREVIEW_PAGES = 50  # of a PDF or a TIFF that are drawn
PREVIEW_BYTES = 50_000_000  # a larger file is only downloaded
CODE_PAGES = 10  # of a file, in which a QR code is looked for
PAGE_PIXELS = 1_600  # the longer side of a drawn page
THUMBNAIL_PIXELS = 320
PDF_PAGE_POINTS = 20_000  # the longest side of a page; a plan of a building has some 3,400
INLINE_PICTURES = 40  # within the text of one mail
INLINE_PICTURE_PIXELS = 1_200  # the longer side
INLINE_PICTURES_BYTES = 4_000_000  # all of them, drawn again
PREVIEW_CPU_SECONDS = 10
PREVIEW_WALL_SECONDS = 20

CPU_SECONDS = 10  # of the child, for one message
WALL_SECONDS = 20
FORMATTING_CPU_SECONDS = 4  # to read a message and clean its formatted view, for which a person waits
FORMATTING_WALL_SECONDS = 8
MEMORY_BYTES = 512_000_000
OUTPUT_BYTES = 120_000_000  # what a child may hand back for one message

PAPER_PAGES = 300  # of one letter, all its files together
PAPER_POINTS = 600_000_000  # of all pictures in one file: sixty pages at 300 to the inch
PAPER_CHARACTERS = 5_000_000  # of the text layers of a letter
PICTURE_POINTS = 120_000_000  # of one photograph; telephones make up to 108 million
PAPER_CPU_SECONDS = 10  # to make pages of one of a letter's files, or of a few together
PAPER_WALL_SECONDS = 60  # for all of them

WORD_BYTES = 20_000_000  # of the parts of a Word file that hold words, unpacked; of the rest we read nothing
WORD_ELEMENTS = 1_000_000  # paragraphs and pieces of them; a book of 500 pages has some 200,000
WORD_CHARACTERS = 5_000_000  # of its words
