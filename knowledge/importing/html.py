"""HTML pages: the article of a page as blocks, without what surrounds it.

In: the text of a page. Out: `Page` with title, language, blocks, and the texts of the parts that were
left out by their markup (navigation, forms, asides, …). Nothing is fetched and nothing is run: scripts
are removed, links and pictures are not followed. Raises `ImportRefused` for a page nested too deeply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from knowledge.blocks import Block
from knowledge.importing.htmlblocks import BlockReader, inline_text
from knowledge.importing.limits import ImportRefused

Element = etree._Element

_SILENT = frozenset(
    "script style noscript template svg math canvas object embed applet video audio iframe frame frameset map "
    "link meta base source track picture img input textarea select option datalist progress meter".split()
)
"""Elements without words of the article; nobody needs to be told that they are gone."""
_AROUND = frozenset("nav footer aside form dialog button menu search".split())
_ROLES = frozenset(
    "navigation banner contentinfo search complementary dialog alertdialog alert form menu menubar toolbar".split()
)
_NOISE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|side-bar|footer|comments?|comment-?(?:form|list|respond)|respond|"
    r"share|sharing|sharedaddy|social|related|breadcrumbs?|cookies?|consent|newsletter|subscribe|popup|modal|overlay|"
    r"author-?(?:box|bio|info|card)|byline|post-?meta|entry-?meta|widget|advert(?:isement)?|ads?|sponsor(?:ed)?|promo|"
    r"cta|call-to-action|pagination|pager|tags?|tag-cloud|toc|table-of-contents|skip-link|screen-reader-text|"
    r"recommended|popular-?posts?|recent-?posts?|banner|disqus)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SHOWN = 300


@dataclass(slots=True)
class Page:
    """What a page says (`blocks`), and what was around it (`dropped`)."""

    title: str = ""
    language: str = ""
    blocks: list[Block] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def read_html(text: str) -> Page:
    """The article of an HTML page."""
    root = _parse(text)
    if root is None:
        return Page()
    page = Page(title=_title(root), language=_language(root))
    body = root.find(".//body")
    body = root if body is None else body
    _remove_silent(body)
    _remove_around(body, page.dropped)
    page.blocks = BlockReader(page.dropped).read(_main_part(body))
    return page


def _parse(text: str) -> Element | None:
    parser = etree.HTMLParser(
        recover=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        encoding="utf-8",
    )
    root: Element | None = None
    problems: list[str] = []
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        problems.append(str(error))
    problems.extend(f"{entry.type_name} {entry.message}" for entry in parser.error_log)
    if any("NO_MEMORY" in problem or "allocation failed" in problem for problem in problems):
        raise MemoryError
    if any("RESOURCE_LIMIT" in problem or "depth" in problem for problem in problems):
        raise ImportRefused(
            "This page is nested too deeply to be read. Please copy its text into a plain text file and upload that."
        )
    return root


def _title(root: Element) -> str:
    """The page's own name: its single h1, or its title without the name of the site."""
    headings = [text for h1 in root.iter("h1") if (text := inline_text(h1, marks=False))]
    if len(headings) == 1:
        return headings[0]
    for meta in root.iter("meta"):
        if meta.get("property") == "og:title" and (meta.get("content") or "").strip():
            return _without_site(str(meta.get("content")))
    title = root.find(".//title")
    return _without_site("".join(str(part) for part in title.itertext())) if title is not None else ""


def _without_site(title: str) -> str:
    title = re.sub(r"\s+", " ", title).strip()
    parts = re.split(r"\s+[|–—»·]\s+|\s+-\s+", title)
    return parts[0] if parts and len(parts[0].split()) >= 2 else title


def _language(root: Element) -> str:
    html = root if root.tag == "html" else root.find(".//html")
    code = (html.get("lang") or "") if html is not None else ""
    return code if re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code) else ""


def _remove_silent(body: Element) -> None:
    for element in list(body.iter(*_SILENT)):
        _remove(element)
    for element in list(body.iter(etree.Element)):
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if element is not body and (hidden or element.get("aria-hidden") == "true"):
            _remove(element)


def _remove_around(body: Element, dropped: list[str]) -> None:
    """Removes the parts that their element, role or class names as no part of the article."""
    whole = _length(body)
    for element in list(body.iter(etree.Element)):
        if element is body or not _is_attached(element, body) or not _is_around(element):
            continue
        text = re.sub(r"\s+", " ", " ".join(str(part) for part in element.itertext())).strip()
        if len(text) * 2 > whole and element.tag not in _AROUND:
            continue  # a class such as “has-sidebar” on the page itself
        if text:
            dropped.append(text[:_SHOWN])
        _remove(element)


def _is_around(element: Element) -> bool:
    if element.tag in _AROUND or (element.get("role") or "").lower() in _ROLES:
        return True
    if element.tag in (
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "td",
        "th",
        "body",
        "main",
        "article",
    ):
        return False
    if element.tag == "header":
        return element.find(".//h1") is None
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _NOISE_CLASS.search(names) is not None and (
        element.tag not in ("p", "li") or _length(element) < _SHOWN
    )


def _is_attached(element: Element, body: Element) -> bool:
    parent: Element | None = element
    while parent is not None and parent is not body:
        parent = parent.getparent()
    return parent is body


def _main_part(body: Element) -> Element:
    """The main or article element that holds most of the page, else the whole body."""
    whole = _length(body)
    candidates = sorted(body.iter("main", "article"), key=_length, reverse=True)
    if candidates and _length(candidates[0]) * 5 >= whole * 2:
        return candidates[0]
    return body


def _length(element: Element) -> int:
    return sum(len(str(part).strip()) for part in element.itertext())


def _remove(element: Element) -> None:
    """Takes an element out; the text that follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or " "
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
