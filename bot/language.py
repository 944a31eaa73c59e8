"""The languages of replies."""

# What each language is called by those who speak it.
LANGUAGES: dict[str, str] = {"en": "English", "de": "Deutsch"}
