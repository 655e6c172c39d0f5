"""Contact details in a text: addresses of every kind, telephone and other long numbers, dates."""

from __future__ import annotations

import re

CONTACT, ADDRESS, DATE, NUMBER = "[contact]", "[address]", "[date]", "[number]"

_AT = r"(?:\s?@\s?|\s*[\[({<]\s*(?:at|ät|chez|arroba|a)\s*[\])}>]\s*)"
_SPOKEN_AT = r"\s+(?:at|ät|arroba|chiocciola)\s+"
_DOT = r"(?:\.|\s*[\[({<]\s*(?:dot|punkt|punto|point|\.)\s*[\])}>]\s*|\s+(?:dot|punkt|punto|point)\s+)"
_TOP = (
    r"(?:com|net|org|info|edu|gov|eu|io|co|uk|de|ch|fr|es|pt|nl|pl|ru|tr|ca|au|cn|jp|br|se|dk|fi|cz|hu|ro|gr|ie|"
    r"example|invalid|test|biz|online|site|app|dev|health|clinic)"
)
"""Endings that are small words as well ("at", "me", "in", "it", "be", "no", "us") count in an address only."""
_PROVIDER = r"(?:gmail|gmx|hotmail|outlook|yahoo|icloud|bluewin|proton(?:mail)?|web|aol|live|mail)"
_PERSON = r"[\w.+%'-]+(?:\s+(?:dot|punkt|punto|point)\s+[\w+%'-]+)*"
_EMAIL = re.compile(
    rf"{_PERSON}{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,}}\b|{_PERSON}\s?@\s?[\w.-]+"
    rf"|{_PERSON}{_SPOKEN_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}{_TOP}\b"
    rf"|{_PERSON}(?:{_AT}|{_SPOKEN_AT}){_PROVIDER}\b(?:{_DOT}\w+)?",
    re.I,
)
_LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,9}://|\bwww\.|\bmailto:|\btel:)\S+"
    rf"|\b(?:[\w-]+\.)+{_TOP}\b(?:/\S*)?|\b(?:[\w-]+\.)+(?:me|at|it|in|be|no|us|so|to)/\S*",
    re.I,
)
_HANDLE = re.compile(
    r"(?<!\w)@\w[\w.]+|\b(?:insta(?:gram)?|facebook|fb|telegram|signal|skype|tiktok|twitter|snapchat|wechat|line|"
    r"whats?app|viber|threema)\s*(?:name|id|nr|number|handle|account)?\s*(?:is|ist|:|=)\s*@?[\w.+-]+",
    re.I,
)

_SEPARATOR = r"[\s.,()/\\+*_–—‐‑-]"
_MANY_DIGITS = re.compile(rf"(?<![^\W_])(?:\+|\(|00)?\d(?:{_SEPARATOR}{{0,3}}\d){{4,}}\)?")
_CODE = re.compile(r"\b(?=\w*\d)(?=(?:\w*?\d){4})[A-Za-z]+[\w-]*\b|\b\d+[A-Za-z]+(?=(?:\w*?\d){2})\w*\b")
_DIGIT_WORD = (
    r"(?:zero|oh|null|one|two|three|four|five|six|seven|eight|nine|double|triple|eins|zwei|drei|vier|fünf|sechs|"
    r"sieben|acht|neun|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|uno|dos|tres|cuatro|cinco|seis|siete|"
    r"ocho|nueve|\d+)"
)
_SPELLED = re.compile(rf"\b{_DIGIT_WORD}(?:[\s,-]+{_DIGIT_WORD}){{4,}}\b", re.I)

_MONTH = (
    r"(?:jan(?:uary|uar|vier|\.)?|feb(?:ruary|ruar|\.)?|f[ée]vrier|mar(?:ch|s|zo|\.)?|märz|apr(?:il|ile|\.)?|avril|"
    r"abril|may|mai|mayo|maggio|june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(?:ust|\.)?|août|"
    r"agosto|sept?(?:ember|embre|iembre|\.)?|settembre|o[ck]t(?:ober|obre|\.)?|octubre|ottobre|nov(?:ember|embre|iembre|\.)?|"
    r"de[cz](?:ember|embre|\.)?|d[ée]cembre|diciembre|dicembre|enero|febrero|gennaio|febbraio|ocak|şubat|mart|nisan|"
    r"mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık)"
)
_DATE = re.compile(
    r"\b\d{1,4}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{1,4}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?\s*(?:of\s+|de\s+|di\s+)?{_MONTH}\b(?:[\s,.]*(?:de\s+|of\s+)?\d{{2,4}})?"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s*\d{{2,4}})?"
    rf"|\b{_MONTH}\s+(?:19|20)\d\d\b"
    r"|\b(?:born|geboren|geb\.?|née?|nacid[oa]|nat[oa]|dob|d\.o\.b\.?|birthday|date of birth|doğum)\b\W*"
    r"(?:(?:on|in|is|am|im|le|en|el|il|nel|:)\s*)*(?:\[date\]|\d[\d\s./-]*)",
    re.I,
)

_STREET = r"(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|boulevard|blvd\.?|highway|hwy\.?|mews)"
_STREET_OR_WORD = r"(?:drive|close|court|crescent|square|terrace|gardens|hill|park|way|place)"
_NO_STREET = (
    r"(?!(?:hours?|minutes?|mins?|days?|weeks?|months?|years?|km|kilometers?|miles?|times?|people|persons?|of|to|can|"
    r"may|i|cars?|spaces?|nights?|in|and|or)\b)"
)
_STREET_BEFORE = r"(?:rue|avenue|boulevard|chemin|impasse|calle|avenida|paseo|ulica|ul\.|улица|ул\.)"
_PLACES = re.compile(
    rf"\b\d{{1,5}}[a-z]?,?\s+(?:{_NO_STREET}[^\W\d_]+[\s'’-]+){{1,4}}{_STREET}(?!\w)"
    rf"|\b\d{{1,5}}[a-z]?\s+(?:{_NO_STREET}[^\W\d_]+\s+){{1,2}}{_STREET_OR_WORD}\b"
    r"|\b[^\W\d_]*(?:stra(?:ss|ß)e|str\.|gasse|weg|platz|allee|laan|straat|sokak|caddesi|gatan|vej)\s*\d{1,5}\s?[a-z]?\b"
    rf"|\b\d{{1,5}}\s?(?:bis|ter)?,?\s+{_STREET_BEFORE}\s+(?:[^\W\d_]+[\s'’-]*){{1,5}}"
    rf"|\b{_STREET_BEFORE}\s+(?:[^\W\d_]+[\s'’-]+){{1,5}},?\s*\d{{1,5}}\b"
    r"|\b(?:[^\W\d_]+\s+){1,3}(?:sokak|caddesi|cad\.|sk\.)\s*(?:no:?\s*)?\d+"
    r"|\bp\.?\s?o\.?\s?box\s+\w+|\bpostfach\s+\w+"
    r"|\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b"
    r"|\b(?:CH|D|A|F|I)-\d{4,5}\b(?:\s+[^\W\d_]+)?",
    re.I,
)
_CAPITAL_PLACES = re.compile(
    r"\b\d{4,5}\s+[A-ZÄÖÜÉÈ][a-zäöüéèß][^\W\d_]*|\b[Vv]ia(?:le)?\s+(?:[A-Z][^\W\d_]+\s+){1,3}\d+"
)


def contacts_out(text: str) -> str:
    """The text with marks in place of addresses, numbers of five digits or more, and dates."""
    for pattern, mark in (
        (_EMAIL, CONTACT),
        (_LINK, CONTACT),
        (_HANDLE, CONTACT),
        (_DATE, DATE),
        (_PLACES, ADDRESS),
        (_CAPITAL_PLACES, ADDRESS),
        (_MANY_DIGITS, NUMBER),
        (_SPELLED, NUMBER),
        (_CODE, NUMBER),
    ):
        text = pattern.sub(f" {mark} ", text)
    return text
