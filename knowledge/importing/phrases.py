"""The kinds of short text that websites put around an article, each as one question about a text.

In: the text of one block. Out: yes or no (or, for calls inside a paragraph, the text without them).
All patterns are anchored or work on bounded text, so no input makes them slow.
"""

from __future__ import annotations

import re

_IGNORE = re.IGNORECASE
_LINE = 160
"""Longer texts are prose, whatever words they begin with."""

# Calls to action

_BARE_CALL = (
    r"(?:read|explore|learn|discover|see|find out|shop|order|buy|book|apply|start|join|call|enquire|inquire|"
    r"donate|register|subscribe|download|watch|listen|sign up|get started|continue)"
    r"(?: (?:it|this|us|here|reading|all))?(?: (?:now|more|here|today|free))"
)
_GLUED = re.compile(
    rf"\s*({_BARE_CALL}|click here|contact us|book (?:a|your) (?:call|consultation|appointment)|"
    r"get (?:a |your )?free (?:online )?consultation|keep reading|continue reading|sign up|subscribe)"
    r"(?-i:(?=[A-Z][a-z]+|[A-Z]{2,}|\d))",
    _IGNORE,
)
_BUTTON = re.compile(
    rf"(?:{_BARE_CALL}"
    r"|(?:click|tap|press) (?:here|below|the)\b.*"
    r"|(?:keep|continue) reading"
    r"|(?:subscribe|sign up|sign in|log ?in|register|reply|submit|send|search|menu|close|next|previous|back)"
    r"|contact(?: us| me| our \w+)?(?: now| today| here)?"
    r"|(?:get|request|book|schedule|claim|reserve|arrange|start|try|ask for|order|download)"
    r" (?:(?:a|an|your|our|my|the|in) )?(?:\w+ ){0,3}"
    r"(?:consultation|appointment|call|call-?back|quote|demo|brochure|guide|e-?book|trial|touch|newsletter|visit|"
    r"evaluation|assessment|price list|offer|discount|started)"
    r"(?: (?:now|today|here|online|free|with us))?"
    r"|(?:talk|speak|chat) (?:to|with) (?:us|our \w+|an? (?:\w+ )?(?:specialist|expert|advisor|doctor))(?: \w+)?"
    r")\s*[!.»›→>]*",
    _IGNORE,
)
_SAFETY = re.compile(
    r"\b(?:911|999|112|000|111|emergency|ambulance|urgent\w*|immediately|at once)\b", _IGNORE
)
_CALL_SENTENCE = re.compile(
    r"(?:so |and |please |just |to learn more,? |for more,? |ready\?? |want to know more\?? )*(?:"
    r"(?:click|tap) (?:here|below|on|the)\b"
    r"|(?:keep|continue) reading\b"
    r"|read (?:on\b|more\b|our (?:\w+ ){0,3}(?:article|guide|blog|post|page)s?\b|about .{0,60}\bhere\b)"
    r"|(?:learn|find out|discover|read|see) more (?:about .{0,80})?(?:here|on our|in our|at our|by )\b"
    r"|(?:visit|explore|browse|check out|see|discover) (?:us\b|our (?:[\w-]+ ){0,4}"
    r"(?:website|site|page|pages|section|blog|store|shop|clinic|gallery|services|articles?|offers?|resources)\b)"
    r"|(?:book|schedule|request|arrange|get|reserve|claim) (?:(?:a|an|your|the) )?(?:\w+ ){0,3}"
    r"(?:call|consultation|appointment|call-?back|quote|visit|assessment|evaluation)\b"
    r"|(?:contact|call|email|message|reach out to|get in touch with|talk to|speak (?:to|with)|write to) "
    r"(?:us|our (?:\w+ ){0,3}(?:team|clinic|specialists?|experts?|advisors?|office|staff))\b"
    r"|(?:get in touch|reach out)\b"
    r"|(?:subscribe|sign up|follow us|join our|share this|like us)\b"
    r"|download (?:our|the|your)\b"
    r")",
    _IGNORE,
)
_BLURB = re.compile(
    r"\bour (?:\w+[ -]){0,4}(?:team|specialists?|experts?|doctors?|advisors?|consultants?|staff|coordinators?)\b"
    r".{0,80}\b(?:here to|happy to|ready to|answer|help you|assist|questions)\b"
    r"|\bour (?:[\w-]+ ){1,5}(?:is|are|will be) (?:always |all )?(?:here|happy|ready|glad|waiting)\b",
    _IGNORE | re.DOTALL,
)


def split_glued_call(line: str) -> tuple[str, str] | None:
    """('Read now', 'Why cells matter') of 'Read nowWhy cells matter'; None where nothing is glued."""
    match = _GLUED.match(line[:_LINE])
    return (match.group(1), line[match.end() :].strip()) if match else None


def is_button(text: str) -> bool:
    """'Read now', 'Get a free online consultation': the label of a link, nothing else."""
    line = plain(text)
    if len(line) > 80 or len(line.split()) > 9 or _SAFETY.search(line):
        return False
    return _BUTTON.fullmatch(line) is not None


def is_blurb(text: str) -> bool:
    """The sentence beside a button: who is waiting to help."""
    return len(text) < 600 and _BLURB.search(text) is not None


def without_calls(text: str) -> tuple[str, list[str]]:
    """(the paragraph without its sentences that call to action, those sentences)."""
    sentences = _sentences(text)
    calls = [sentence for sentence in sentences if _is_call(sentence)]
    if not calls:
        return text, []
    return " ".join(sentence for sentence in sentences if sentence not in calls), calls


def _is_call(sentence: str) -> bool:
    return (
        len(sentence) < 300
        and _CALL_SENTENCE.match(sentence.lstrip("*_ “\"'")) is not None
        and _SAFETY.search(sentence) is None
    )


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


# Boilerplate that runs from a heading to the next real one

_TAIL = (
    r"leave a (?:reply|comment)|(?:post|add|write) a comment|(?:\d+ )?(?:comments?|responses?|replies)|"
    r"join the (?:conversation|discussion)|"
    r"(?:popular|recent|latest|related|similar|more|featured|other|trending|top) "
    r"(?:posts?|articles?|stories|reading|news|blogs?|content|links|topics)(?: (?:from|on|in|by) .{0,40})?|"
    r"(?:you )?(?:(?:might|may) also|also (?:might|may)) (?:like|enjoy|be interested in)|also you (?:might|may) like|"
    r"recommended (?:for you|reading|articles?|posts?)|read next|"
    r"share (?:this|on|via|with)(?: .{0,30})?|share|follow us(?: on.*)?|"
    r"subscribe(?: to .{0,40})?|(?:join )?(?:our )?newsletter|"
    r"tags?|filed under|archives?|categories|labels|blogroll|"
    r"about the (?:author|writer|editor)s?|about (?:us|me)|meet the (?:author|team)|"
    r"previous (?:post|article)|next (?:post|article)|post navigation"
)
_REFERENCES = (
    r"(?:list of |key |selected |medical |scientific |article )?"
    r"(?:references|bibliography|works cited|literature cited|citations|footnotes|cited sources|reference list)"
    r"(?: (?:and|&) (?:notes|sources|further reading))?|literature|further reading|sources(?: (?:and|&) references)?"
)
_CONTENTS = (
    r"(?:table of )?contents|(?:in|on) this (?:article|page|post)|jump to(?: section)?|quick links|menu"
)
_SECTION = re.compile(rf"(?:{_TAIL}|{_REFERENCES}|{_CONTENTS})\s*[:…]?", _IGNORE)
_SECTION_LINE = re.compile(
    r"(?:you (?:(?:might|may) also|also (?:might|may)) (?:like|enjoy)|"
    r"(?:also|related|recommended)(?: read(?:ing)?| articles?| posts?)?|"
    r"read (?:also|next)|see also|tags?|filed under|categories|labels|share(?: this)?|posted in)\s*:\s*\S.*",
    _IGNORE,
)
_PAGE_END = re.compile(rf"(?:{_TAIL})\s*[:…]?", _IGNORE)


def is_section_noise(text: str) -> bool:
    """A heading such as 'Leave a reply', 'Popular posts', 'References', or the same as one line."""
    line = plain(text)
    if len(line) > _LINE:
        return False
    return (len(line.split()) <= 9 and _SECTION.fullmatch(line) is not None) or is_only_a_line(text)


def is_only_a_line(text: str) -> bool:
    """'You might also like: …': the boilerplate is this line alone, the article goes on after it."""
    line = plain(text)
    return len(line) <= _LINE and _SECTION_LINE.fullmatch(line) is not None


def is_page_end(text: str) -> bool:
    """After such a heading (comments, other posts) in a page's second half no article follows."""
    return _PAGE_END.fullmatch(plain(text)) is not None


# Boilerplate of a single line

_LINE_NOISE = re.compile(
    r"your e-?mail address will not be\b.*|(?:required )?fields are marked.*|required fields.*"
    r"|save my name.*|notify me of.*|(?:name|e-?mail|website|url|comment|message|phone)\s*\*?:?"
    r"|post comment|cancel reply|log ?in to (?:reply|comment).*|be the first to comment.*|no comments(?: yet)?"
    r"|(?:©|\(c\)|copyright\b).{0,120}|.{0,80}\ball rights reserved\b.{0,60}"
    r"|(?:privacy|cookie) (?:policy|settings|notice)\b.{0,60}|terms (?:of (?:use|service)|and conditions)\b.{0,40}"
    r"|(?:we|this (?:web)?site) uses? cookies\b.*|accept(?: all)?(?: cookies)?|manage (?:cookies|preferences)"
    r"|skip to (?:main )?(?:content|navigation).*|(?:back to|go to) top|scroll (?:to top|down)"
    r"|print(?: this)?(?: page)?"
    r"|advertisements?|sponsored(?: content)?|(?:image|photo)(?: credit| source)?s?\s*:.{0,100}|photo by .{0,60}"
    r"|(?:medically |clinically |fact )?(?:written|reviewed|checked|edited|authored|posted|published|updated)"
    r"(?: and \w+)? (?:by|on|in)\b.{0,100}"
    r"|(?:last )?(?:updated|modified|reviewed|published|posted)(?: on| at)?\s*:?\s*.{0,12}\d{4}.{0,20}"
    r"|by (?:dr\.? )?[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}(?:,.{0,60})?(?: [|·•-] .{0,60})?"
    r"|(?:\d+ )?min(?:ute)?s? read|(?:estimated )?reading time.{0,30}|\d+ (?:views|shares|likes|comments?)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)?(?:day,? )?"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{1,2}(?:[./-]\d{1,2}[./-]| \w{3,9} )\d{4}"
    r"|(?:this|the) (?:visual guide|image|figure|infographic|diagram|picture|photo|video|chart|illustration)"
    r"(?: \w+)? (?:illustrates|shows|depicts|explains|summari[sz]es|presents)\b.{0,140}"
    r"|(?:read|see) also\s*:.*|share\s*:.*|tags?\s*:.*",
    _IGNORE | re.DOTALL,
)
_BY_NAME = re.compile(r"by\s", _IGNORE)
_SOCIAL = {
    "facebook", "twitter", "x", "linkedin", "pinterest", "whatsapp", "email", "e-mail", "reddit", "instagram",
    "youtube", "tiktok", "telegram", "tumblr", "print", "share", "tweet", "pin", "copy", "link", "url", "rss",
    "google+", "messenger", "viber", "vk",
}  # fmt: skip
_NAVIGATION = {
    "home", "about", "about us", "contact", "contact us", "blog", "news", "services", "faq", "faqs", "login",
    "log in", "sign in", "sign up", "search", "menu", "shop", "cart", "treatments", "our team", "team", "locations",
    "testimonials", "reviews", "prices", "pricing", "gallery", "privacy policy", "terms", "sitemap", "careers",
    "resources", "conditions", "clinics", "for patients", "patients", "events", "media", "press", "about the clinic",
}  # fmt: skip


def is_line_noise(text: str) -> bool:
    """One line of a form, a date, a byline, a share bar, a navigation bar, a picture's caption."""
    line = plain(text)
    if not line or len(line) > 240:
        return False
    if _LINE_NOISE.fullmatch(line) and not (_BY_NAME.match(line) and not _is_byline(line)):
        return True
    words = [word.strip(",.|·•/").lower() for word in line.split()]
    words = [word for word in words if word and word not in ("on", "to", "via", "by", "this", "with")]
    if words and all(word in _SOCIAL for word in words):
        return True
    parts = [part.strip() for part in re.split(r"\s*[|›»>·•]\s*", line) if part.strip()]
    return len(parts) >= 3 and sum(part.lower() in _NAVIGATION for part in parts) * 2 >= len(parts)


def _is_byline(line: str) -> bool:
    """'By Jane Roe, MD' and not 'By age 60 many cells rest': every word before a comma is a name's."""
    names = line.split(",")[0].split(" | ")[0].split(" - ")[0].split()[1:]
    return 1 < len(names) <= 5 and all(name[0].isupper() for name in names) and not line.endswith((".", ":"))


def is_link_list(text: str) -> bool:
    """A list of a site's sections or networks rather than of facts."""
    lines = [line for line in text.split("\n") if line.strip()]
    items = [re.sub(r"\A\s*(?:[-*+]|\d+[.)])\s+", "", line).strip().lower() for line in lines]
    if not items:
        return False
    known = sum(item.strip("*_") in _NAVIGATION or item in _SOCIAL or is_button(item) for item in items)
    return known * 2 > len(items) or all(is_citation(line) for line in lines)


# People

_ROLE = re.compile(
    r"\b(?:advisor|adviser|author|editor|writer|contributor|reviewer|consultant|physician|doctor|surgeon|specialist|"
    r"oncologist|immunologist|haematologist|hematologist|nurse|director|founder|ceo|scientist|professor|"
    r"m\.?d|ph\.?d|mbbs|rn|dr)\b\.?",
    _IGNORE,
)
_NAME = re.compile(r"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?[A-Z][a-z'’-]+(?: [A-Z]\.?)?(?: [A-Z][a-z'’-]+){1,2}")


def is_role(text: str) -> bool:
    """'Medical Advisor, clinic doctor' or 'Jane Roe, MD': a short line that is a person's title."""
    line = plain(text)
    if len(line.split()) > 8 or line.endswith((".", "?", "!", ":")) or not line[:1].isupper():
        return False
    return _ROLE.search(line) is not None and ("," in line or len(line.split()) <= 3)


def is_name(text: str) -> bool:
    """Two or three capitalised words that may be a person's name; only its place on the page tells."""
    return _NAME.fullmatch(plain(text)) is not None


# References

_CITATION_START = re.compile(
    r"(?:\[?\d{1,3}[\].)]{1,2}\s*|[-*•]\s*)?(?:"
    r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?,? (?:[A-Z]\.? ?-?){1,3}(?:,|;|\.| and| &|\()"  # Roe, J., or Roe J,
    r"|[^.\n]{3,90}\. ?\((?:19|20)\d\d[^)\n]{0,15}\)\.)"  # Journal editors. (2024).
)
_CITATION_MARK = re.compile(
    r"\bet al\b\.?|\bdoi\s*:?\s*10\.\d|https?://|\bPMID\b|\bPMC\d{4,}|\bAccessed (?:on )?\w+ \d"
    r"|\bRetrieved (?:from|\w+ \d)|\b(?:19|20)\d\d;\s?\d+|\b\d+\(\d+\)[,:]|\((?:19|20)\d\d[a-z]?(?:, \w+ \d+)?\)"
)


def is_citation(text: str) -> bool:
    """An entry of a reference list: it names where something was printed and says nothing itself."""
    if len(text) > 1_200:
        return False
    if text.lstrip().lower().startswith(("available at:", "available from:", "doi:", "https://doi")):
        return True
    marks = len(_CITATION_MARK.findall(text))
    return marks >= 1 and _CITATION_START.match(text.lstrip()) is not None


def plain(text: str) -> str:
    """A text on one line without Markdown marks, for comparing."""
    return re.sub(r"\s+", " ", text.replace("**", "").replace("__", "")).strip(" \t\n*_#|")
