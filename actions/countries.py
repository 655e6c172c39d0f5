"""Countries as people write them, for an enquiry; any other place is taken as it was written."""

from __future__ import annotations

import re
from difflib import get_close_matches

_NAMES = """
Afghanistan|Albania|Algeria|Andorra|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|Bahrain|
Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia and Herzegovina|Botswana|Brazil|Brunei|
Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Canada|Cape Verde|Chad|Chile|China|Colombia|Congo|Costa Rica|
Croatia|Cuba|Cyprus|Czech Republic|Denmark|Djibouti|Dominican Republic|Ecuador|Egypt|El Salvador|Eritrea|
Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Greece|Greenland|Guatemala|
Guinea|Guyana|Haiti|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|
Ivory Coast|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|
Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macau|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|
Mauritania|Mauritius|Mexico|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nepal|
Netherlands|New Zealand|Nicaragua|Niger|Nigeria|North Macedonia|Norway|Oman|Pakistan|Palestine|Panama|
Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|Qatar|Romania|Russia|Rwanda|San Marino|Saudi Arabia|
Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Somalia|South Africa|South Korea|Spain|
Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo|
Trinidad and Tobago|Tunisia|Turkey|Turkmenistan|Uganda|Ukraine|United Arab Emirates|United Kingdom|
United States|Uruguay|Uzbekistan|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe
"""
_ALSO = {
    "uk": "United Kingdom",
    "u.k.": "United Kingdom",
    "great britain": "United Kingdom",
    "britain": "United Kingdom",
    "england": "United Kingdom",
    "scotland": "United Kingdom",
    "wales": "United Kingdom",
    "northern ireland": "United Kingdom",
    "usa": "United States",
    "u.s.a.": "United States",
    "u.s.": "United States",
    "the us": "United States",
    "the states": "United States",
    "america": "United States",
    "uae": "United Arab Emirates",
    "emirates": "United Arab Emirates",
    "dubai": "United Arab Emirates",
    "ksa": "Saudi Arabia",
    "holland": "Netherlands",
    "czechia": "Czech Republic",
    "bosnia": "Bosnia and Herzegovina",
    "macedonia": "North Macedonia",
    "korea": "South Korea",
    "türkiye": "Turkey",
    "turkiye": "Turkey",
    "deutschland": "Germany",
    "österreich": "Austria",
    "schweiz": "Switzerland",
    "suisse": "Switzerland",
    "italia": "Italy",
    "españa": "Spain",
    "espana": "Spain",
    "brasil": "Brazil",
    "méxico": "Mexico",
    "polska": "Poland",
    "srbija": "Serbia",
    "hrvatska": "Croatia",
    "belgique": "Belgium",
    "nederland": "Netherlands",
}
_KNOWN = {name.strip().lower(): name.strip() for name in _NAMES.replace("\n", "").split("|")} | _ALSO
_ANYWHERE = re.compile(
    r"(?<![\w.])(" + "|".join(re.escape(name) for name in sorted(_KNOWN, key=len, reverse=True)) + r")(?!\w)",
    re.I,
)
LIKE_ENOUGH = 0.84


def found_in(text: str) -> str | None:
    """The first country that a text names, in its usual form."""
    found = _ANYWHERE.search(text)
    return _KNOWN[found.group(1).lower()] if found else None


def exact(text: str) -> str | None:
    """The country, where the text names nothing else and without a slip."""
    return _KNOWN.get(text.strip(" .,!").lower().removeprefix("the "))


def alone(text: str) -> str | None:
    """The country, where the text names nothing else; a slip of the pen is forgiven."""
    word = text.strip(" .,!").lower().removeprefix("the ")
    if word in _KNOWN:
        return _KNOWN[word]
    near = get_close_matches(word, _KNOWN, 1, LIKE_ENOUGH) if len(word) > 4 else []
    return _KNOWN[near[0]] if near else None
