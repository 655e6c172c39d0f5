"""HTML and Markdown pages: the article comes out, what surrounds it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.importing import load_file
from knowledge.model import Document

Write = Callable[[str, str | bytes], Path]

PAGE = """<!doctype html><html lang="en-GB"><head><title>Tea and sleep | Tea House</title>
<meta charset="utf-8"><script>steal()</script><style>p { color: red }</style></head>
<body class="has-sidebar single">
<header><a href="/">Tea House</a></header>
<nav><ul><li><a href="/a">Our shop</a><li><a href="/b">Find us</a></ul></nav>
<div id="cookie-banner">We use cookies. <button>Accept</button></div>
<main><article>
<header><h1>Tea and sleep</h1><p class="post-meta">By Jane Roe, 3 May 2024</p></header>
<p>Tea is a <b>warm</b> drink with <a href="/caffeine">caffeine</a>&nbsp;in it.</p>
<script>document.write("evil")</script>
<h2>What tea does</h2>
<p>It wakes you up in the morning, and keeps you up in the night. <span hidden>secret text</span></p>
<a class="button" href="/shop">Read now</a>
<h3>Kinds</h3>
<ul><li>Green<ul><li>mild</li><li>grassy</li></ul></li><li>Black, which is stronger</li></ul>
<p><strong>How to brew</strong></p>
<ul class="steps"><li><span>1</span><h4>Boil</h4><p>Boil the water.</p></li>
<li><span>2</span><h4>Pour</h4><p>Pour it on the leaves.</p></li></ul>
<table><thead><tr><th>Tea</th><th>Strength</th></tr></thead><tr><td>Green | white<td>Low<tr><td>Black<td>High</table>
<p>&bull; first thing<br>&bull; second thing</p>
<img src="https://example.org/track.gif" alt="a picture"><iframe src="https://example.org"></iframe>
<div class="related-posts"><h3>Other posts</h3><p>Ten teas for the winter that you will love</p></div>
<h2>References</h2><ol><li>Roe J, et al. Tea at night. J Tea. 2019;3:4.</li></ol>
<section id="comments"><h2>2 Comments</h2><p>I like this page very much, thank you for all of it.</p></section>
</article></main>
<aside>Buy our tea</aside><footer>Tea House, all rights reserved</footer></body></html>"""


@pytest.fixture
def page(write: Write) -> Document:
    return load_file(write("tea.html", PAGE))


def test_headings_lists_and_tables_come_out(page: Document) -> None:
    assert (page.title, page.language) == ("Tea and sleep", "en-GB")
    assert {section.path: section.markdown for section in page.sections} == {
        (): "Tea is a **warm** drink with caffeine in it.",
        ("What tea does",): "It wakes you up in the morning, and keeps you up in the night.",
        ("What tea does", "Kinds"): "- Green: mild; grassy.\n- Black, which is stronger",
        ("What tea does", "Kinds", "How to brew"): (
            "1. **Boil**: Boil the water.\n2. **Pour**: Pour it on the leaves.\n\n"
            "| Tea | Strength |\n| --- | --- |\n| Green \\| white | Low |\n| Black | High |\n\n"
            "- first thing\n- second thing"
        ),
    }


@pytest.mark.parametrize(
    "around",
    [
        "Tea House",
        "Find us",
        "cookies",
        "Jane Roe",
        "Read now",
        "Ten teas",
        "Tea at night",
        "I like this",
        "Buy our",
    ],
)
def test_what_surrounds_the_article_is_left_out_and_listed(page: Document, around: str) -> None:
    assert around not in str(page.sections)
    assert any(around in dropped for dropped in page.dropped)


@pytest.mark.parametrize("unseen", ["steal", "evil", "color: red", "secret text", "track.gif", "a picture"])
def test_scripts_and_hidden_parts_are_gone_for_good(page: Document, unseen: str) -> None:
    assert unseen in PAGE
    assert unseen not in str(page)


def test_a_page_without_html_tags_around_it(write: Write) -> None:
    document = load_file(write("x.htm", "<p>Only one sentence is here, and no more.</p>"))
    assert document.sections[0].markdown == "Only one sentence is here, and no more."


@pytest.mark.parametrize(
    ("encoding", "head"),
    [("utf-8", ""), ("utf-16", ""), ("cp1252", ""), ("iso-8859-2", '<meta charset="iso-8859-2">')],
)
def test_common_encodings_are_read(write: Write, encoding: str, head: str) -> None:
    word = "čaj" if encoding == "iso-8859-2" else "café"
    page = f"<html><head>{head}</head><body><p>A {word} is a good place to rest.</p></body></html>"
    document = load_file(write("x.html", page.encode(encoding)))
    assert document.sections[0].markdown == f"A {word} is a good place to rest."


def test_markdown_with_foreign_front_matter_links_and_html(write: Write) -> None:
    text = """---
title: "Sleep well"
tags: [a, b]
---
# Sleep well

Rest is [what heals](https://example.org) *most* of us. <script>x()</script> ![picture](a.png)

## Steps

1. Lie down
2. Close your eyes
   - both of them

| Hour | What |
|------|------|
| 22   | bed  |
"""
    document = load_file(write("sleep.md", text))
    assert document.title == "Sleep well"
    assert [section.markdown for section in document.sections] == [
        "Rest is what heals most of us.",
        "1. Lie down\n2. Close your eyes: both of them.\n\n| Hour | What |\n| --- | --- |\n| 22 | bed |",
    ]


def test_our_own_format_is_read_as_it_is_and_its_mistakes_are_named(write: Write) -> None:
    own = "---\nslug: rest\ntitle: Rest\n---\n\n# Rest\n\n## Why\n\n```section\nevidence: early\n```\n\nBecause.\n"
    section = load_file(write("a.md", own)).sections[0]
    assert (section.path, section.markdown, section.evidence) == (("Why",), "Because.", "early")
    with pytest.raises(Exception, match=r"b\.md, line 11: “sure” is no kind of evidence"):
        load_file(write("b.md", own.replace("early", "sure")))
