"""The languages a person may want to be spoken and written to in, by their BCP 47 tag."""

from __future__ import annotations

ENGLISH, WELSH = "en", "cy"
# Those spoken at home in these islands first of all; then those asked for most at advice desks. The list is
# ours to lengthen: a tag that is not in it is kept and shown as it is.
LANGUAGES = {
    "en": "English", "cy": "Welsh (Cymraeg)", "gd": "Scottish Gaelic (Gàidhlig)", "ga": "Irish (Gaeilge)",
    "sco": "Scots", "kw": "Cornish (Kernewek)", "bfi": "British Sign Language", "isg": "Irish Sign Language",
    "sq": "Albanian", "am": "Amharic", "ar": "Arabic", "bn": "Bengali", "bg": "Bulgarian",
    "yue": "Cantonese", "hr": "Croatian", "cs": "Czech", "prs": "Dari", "nl": "Dutch", "et": "Estonian",
    "fil": "Filipino (Tagalog)", "fr": "French", "de": "German", "el": "Greek", "gu": "Gujarati",
    "ha": "Hausa", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "ig": "Igbo", "it": "Italian",
    "ku": "Kurdish (Kurmanji)", "ckb": "Kurdish (Sorani)", "lv": "Latvian", "ln": "Lingala",
    "lt": "Lithuanian", "ml": "Malayalam", "cmn": "Mandarin", "ne": "Nepali", "om": "Oromo", "ps": "Pashto",
    "fa": "Persian (Farsi)", "pl": "Polish", "pt": "Portuguese", "pa": "Punjabi", "rom": "Romani",
    "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sn": "Shona", "si": "Sinhala", "sk": "Slovak",
    "so": "Somali", "es": "Spanish", "sw": "Swahili", "syl": "Sylheti", "ta": "Tamil", "te": "Telugu",
    "tet": "Tetum", "th": "Thai", "ti": "Tigrinya", "tr": "Turkish", "tw": "Twi", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "yi": "Yiddish", "yo": "Yoruba",
}  # fmt: skip
CHOICES = list(LANGUAGES.items())


def name(tag: str) -> str:
    """The language's name in English, or the tag itself where it is not in the list."""
    return LANGUAGES.get(tag, tag)
