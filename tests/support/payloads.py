"""Script and markup that people may write or paste. Wherever it is shown, it must be text and nothing else.

Each payload sets `window.hacked` when it runs, or changes the page; a test writes them all, looks at every
page that shows them, and finds `window.hacked` undefined and the texts as they were written.
"""

from __future__ import annotations

PAYLOADS = (
    # Elements that run a script by themselves
    "<script>window.hacked=1</script>",
    "<SCRIPT SRC=//127.0.0.1/x.js></SCRIPT>",
    "<scr<script>ipt>window.hacked=1</scr</script>ipt>",
    "</script><script>window.hacked=1</script>",
    "</textarea><script>window.hacked=1</script>",
    "</title><script>window.hacked=1</script>",
    "</style><script>window.hacked=1</script>",
    "--><script>window.hacked=1</script><!--",
    "]]><script>window.hacked=1</script>",
    '<script type="module">top.hacked=1</script>',
    # Handlers
    '<img src=x onerror="window.hacked=1">',
    "<img src=x onerror=window.hacked=1//",
    "<svg onload=window.hacked=1>",
    "<svg><script>window.hacked=1</script></svg>",
    "<svg><animate onbegin=window.hacked=1 attributeName=x dur=1s>",
    "<body onload=window.hacked=1>",
    "<input autofocus onfocus=window.hacked=1>",
    "<select autofocus onfocus=window.hacked=1>",
    "<textarea autofocus onfocus=window.hacked=1>",
    "<details open ontoggle=window.hacked=1>",
    "<video><source onerror=window.hacked=1></video>",
    "<audio src=x onerror=window.hacked=1>",
    "<marquee onstart=window.hacked=1>x</marquee>",
    "<div onpointerover=window.hacked=1 style=position:fixed;inset:0>x</div>",
    "<style>@keyframes x{}</style><b style=animation-name:x onanimationstart=window.hacked=1>x</b>",
    # Out of an attribute
    '" onmouseover="window.hacked=1" x="',
    "' onmouseover='window.hacked=1' x='",
    '"><img src=x onerror=window.hacked=1>',
    "'><svg/onload=window.hacked=1>",
    "` onmouseover=window.hacked=1 x=`",
    # Frames, bases, redirections
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<iframe src=javascript:parent.hacked=1></iframe>",
    "<object data=javascript:window.hacked=1></object>",
    "<embed src=javascript:window.hacked=1>",
    "<base href=//127.0.0.1/><a href=x>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hacked=1'>",
    "<link rel=stylesheet href=//127.0.0.1/x.css>",
    "<form action=javascript:window.hacked=1><button autofocus>x</button></form>",
    # Addresses and Markdown
    "javascript:window.hacked=1",
    "[click](javascript:window.hacked=1)",
    '![x](x" onerror="window.hacked=1)',
    "<javascript:window.hacked=1>",
    "**<b onmouseover=window.hacked=1>bold</b>**",
    "- <details open ontoggle=window.hacked=1>",
    "data:text/html,<script>opener.hacked=1</script>",
    # Templates, parsers, and texts that look like something else
    "{{constructor.constructor('window.hacked=1')()}}",
    "${window.hacked=1}",
    "<style>body{display:none}</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hacked=1>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "\u202e<script>window.hacked=1</script>\u202c",
    "&lt;script&gt;window.hacked=1&lt;/script&gt; &#60;img src=x onerror=window.hacked=1&#62;",
)

ELEMENTS = "script, img, iframe, object, embed, style, math, base, meta, link, form, video, audio, marquee"
"""None of these may exist inside a place that shows what people wrote."""
