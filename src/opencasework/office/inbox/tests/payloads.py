"""HTML made to act or to call home when a mail is opened: payloads times the places they hide in.

`CANARY` stands for a server that must never be asked for anything, `HOOK` for a script that must never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

CANARY = "http://canary.invalid"
HOOK = "__pwned(1)"

HANDLER_NAMES = """
onafterprint onanimationend onanimationstart onbeforeinput onbeforetoggle onbeforeunload onbegin
onblur onbounce oncanplay onchange onclick oncontentvisibilityautostatechange oncopy oncuechange
oncut ondrag ondrop ondurationchange onend onerror onfinish onfocus onhashchange oninput oninvalid
onload onloadeddata onloadstart onmessage onmouseenter onmouseover onpageshow onpaste onplay
onpointerenter onpointerover onpopstate onpropertychange onreadystatechange onrepeat onreset
onresize onscroll onscrollend onsearch onsecuritypolicyviolation onselect onselectionchange
onstalled onstart onsubmit onsuspend ontimeupdate ontoggle ontransitionend ontransitionrun
onunhandledrejection onunload onwheel
"""
HANDLERS = HANDLER_NAMES.split()
HANDLING_TAGS = [
    "<img src=x @>",
    "<body @>",
    "<svg @>",
    "<input autofocus @>",
    "<details open @>x</details>",
    "<video autoplay @><source src=x></video>",
    "<p tabindex=0 autofocus @ style=animation:x>x</p>",
]
SCHEMES = [
    "javascript:~",
    "JaVaScRiPt:~",
    "java\tscript:~",
    "java\nscript:~",
    "java&#115;cript:~",
    "java&Tab;script:~",
    "&#0000106avascript:~",
    "&#x6A;avascript&colon;~",
    "\x01javascript:~",
    " javascript:~",
    "javascript&#x3a;~",
    "vbscript:~",
    "livescript:~",
    "data:text/html,<script>~</script>",
    "data:text/html;base64,PHNjcmlwdD5fX3B3bmVkKDEpPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='~'/>",
    "blob:~",
    "filesystem:~",
    "view-source:~",
    "feed:javascript:~",
    "jar:javascript:~!/",
]
WITH_ADDRESS = [
    '<a href="@">x</a>',
    '<area href="@">',
    '<iframe src="@"></iframe>',
    '<embed src="@">',
    '<object data="@"></object>',
    '<form action="@"><input type=submit autofocus></form>',
    '<button formaction="@">x</button>',
    '<img src="@">',
    '<svg><a xlink:href="@"><text y=9>x</text></a></svg>',
    '<svg><animate attributeName=href values="@" /></svg>',
    '<math href="@">x</math>',
    '<math><mi xlink:href="@">x</mi></math>',
    '<base href="@">',
    '<link rel=stylesheet href="@">',
    '<meta http-equiv=refresh content="0;url=@">',
]
LOADERS = [
    '<img src="#">',
    "<img src=#>",
    '<img srcset="# 1x, #2 2x">',
    '<img src="data:," srcset="#" sizes="100vw">',
    '<img lowsrc="#" dynsrc="#">',
    '<img src="cid:x" srcset="#">',
    '<img src=" #">',
    '<img src="//canary.invalid/x">',
    '<img src="\\\\canary.invalid\\x">',
    '<img src="http:canary.invalid/x">',
    '<image src="#">',
    '<picture><source srcset="#"><img src="#"></picture>',
    '<video src="#" autoplay></video>',
    '<video poster="#"></video>',
    '<video><track default src="#"></video>',
    '<audio src="#" autoplay></audio>',
    '<audio autoplay><source src="#"></audio>',
    '<bgsound src="#">',
    '<embed src="#">',
    '<object data="#"></object>',
    '<object type="text/html" data="#"></object>',
    '<applet code="x" codebase="#"></applet>',
    '<iframe src="#"></iframe>',
    "<iframe srcdoc=\"<img src='#'>\"></iframe>",
    '<frameset><frame src="#"></frameset>',
    '<portal src="#"></portal>',
    '<fencedframe src="#"></fencedframe>',
    '<input type=image src="#">',
    '<body background="#">',
    '<table background="#"><tr><td background="#">x</td></tr></table>',
    '<form action="#"><input autofocus onfocus=submit()></form>',
    '<isindex action="#" type=image>',
    '<a href="http://ok.example/" ping="#">x</a>',
    '<a href="#" autofocus>x</a>',
    '<base href="#/"><img src=x>',
    '<html manifest="#">',
    '<script src="#"></script>',
    '<script type=module src="#"></script>',
    '<script type=speculationrules>{"prefetch":[{"source":"list","urls":["#"]}]}</script>',
    '<script type=importmap>{"imports":{"x":"#"}}</script>',
    '<meta http-equiv=refresh content="0;url=#">',
    '<meta http-equiv="Link" content="<#>; rel=preload; as=image">',
    '<meta http-equiv="Set-Cookie" content="a=b">',
    '<meta http-equiv="Content-Security-Policy" content="report-uri #; default-src \'none\'">',
    *[
        f'<link rel="{rel}" href="#">'
        for rel in (
            "stylesheet",
            "icon",
            "apple-touch-icon",
            "preload",
            "prefetch",
            "prerender",
            "preconnect",
            "dns-prefetch",
            "modulepreload",
            "manifest",
            "import",
            "alternate stylesheet",
            "pingback",
            "search",
        )
    ],
    '<link rel=preload as=image imagesrcset="# 1x" href="#">',
    '<svg><image href="#" /></svg>',
    '<svg><image xlink:href="#" /></svg>',
    '<svg><use href="##x" /></svg>',
    '<svg><feImage href="#" /></svg>',
    '<svg><filter id=f><feImage xlink:href="#" /></filter><rect filter="url(#)" /></svg>',
    '<svg><script href="#" /></svg>',
    '<svg><foreignObject><img src="#"></foreignObject></svg>',
    '<svg><style>@import "#";</style></svg>',
    '<svg><set attributeName=href to="#" /></svg>',
    '<svg fill="url(#)"><rect mask="url(#)" clip-path="url(#)" /></svg>',
    '<math><annotation-xml encoding="text/html"><img src="#"></annotation-xml></math>',
    '<math><mglyph src="#"></mglyph></math>',
    '<?xml-stylesheet href="#"?>',
    '<!DOCTYPE x SYSTEM "#">',
    '<!ENTITY x SYSTEM "#">',
    '<xml src="#"></xml>',
    '<v:imagedata src="#" /><v:fill src="#" />',
    '<!--[if true]><img src="#"><![endif]-->',
    '<![if true]><img src="#"><![endif]>',
]
STYLES = [
    "background:url(#)",
    "background-image:url('#')",
    "background:u\\72l(#)",
    "background:/**/url(#)",
    "background:image-set('#' 1x)",
    "background:-webkit-image-set(url(#) 1x)",
    "background:cross-fade(url(#),url(#),50%)",
    "list-style:url(#)",
    "list-style-image:url(#)",
    "content:url(#)",
    "cursor:url(#),auto",
    "border-image:url(#) 1",
    "mask:url(#)",
    "-webkit-mask-image:url(#)",
    "clip-path:url(#)",
    "filter:url(#)",
    "shape-outside:url(#)",
    "offset-path:url(#)",
    "src:url(#)",
    "behavior:url(#)",
    "-moz-binding:url(#)",
    "width:expression(~)",
    "position:fixed;inset:0;z-index:9",
]
SHEETS = [
    "<style>@import '#';</style>",
    "<style>@import url(#) screen;</style>",
    "<style>@font-face{font-family:x;src:url(#)}*{font-family:x}</style>",
    "<style>*{background:url(#)}</style>",
    "<style>@namespace url(#);</style>",
    "<style>input[value^=a]{background:url(#)}</style><input value=abc>",
    "<style></style><img src='#'>",
    '<style media="x"><img title="</style><img src=# onerror=~>"></style>',
]
SCRIPTS = [
    "<script>~</script>",
    "<script >~</script >",
    "<ScRiPt>~</sCrIpT>",
    "<script/x>~</script>",
    "<script\n>~</script\n>",
    "<<script>script>~</script>",
    "<scr<script>ipt>~</scr</script>ipt>",
    "<scr\0ipt>~</scr\0ipt>",
    "<script>~//",
    "<svg><script>~</script></svg>",
    "<svg><script>&#95;_pwned(1)</script></svg>",
    "<math><script>~</script></math>",
    "<svg><animate onbegin=~ attributeName=x dur=1s>",
    "<svg><set onbegin=~ attributeName=x>",
    "<marquee onstart=~>x</marquee>",
    "<iframe srcdoc='<script>parent.~</script>'></iframe>",
    "<iframe srcdoc='&lt;script&gt;parent.~&lt;/script&gt;'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=~&gt;'>",
    "<math><mtext><table><mglyph><style><math><img src onerror=~>",
    "<svg></p><style><a id='</style><img src=1 onerror=~>'>",
    "<noscript><p title='</noscript><img src=x onerror=~>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=~>",
    "<svg><desc><noscript></desc></noscript><s a='</noscript><img onerror=~ src=x>'>",
    "<select><template><script>~</script></template></select>",
    "<table><td><select><style><img src=x onerror=~></style></select>",
    "<xmp><p title='</xmp><img src=x onerror=~>'></xmp>",
    "<textarea><p title='</textarea><img src=x onerror=~>'></textarea>",
    "<title><p title='</title><img src=x onerror=~>'></title>",
    "<noembed><p title='</noembed><img src=x onerror=~>'></noembed>",
    "<template shadowrootmode=open><script>~</script></template>",
    "<p id=location><p name=cookie><form name=body><input name=attributes></form>",
    "<p is=x-evil contenteditable autofocus onfocus=~>x</p>",
    "<dialog open oncancel=~ onclose=~>x</dialog>",
    "<p popover=auto id=p>x</p><button popovertarget=p autofocus>x</button>",
    "<object classid=clsid:~></object>",
    "<![CDATA[<img src=x onerror=~>]]>",
    "<!-- --!><img src=x onerror=~>-->",
    "<!--><img src=x onerror=~>-->",
    "<!---><img src=x onerror=~>-->",
    "<?php ?><img src=x onerror=~>",
    "</p/><img src=x onerror=~>",
    "<img/src=x/onerror=~>",
    "<img src=`x`onerror=~>",
    "<img src='x'onerror=~>",
    "<img src=x onerror&#61;~>",
    '<img """><script>~</script>">',
    '<a href="x"onmouseover=~ autofocus onfocus=~>x</a>',
    "＜script＞~＜/script＞",
    "+ADw-script+AD4-~+ADw-/script+AD4-",
    "%3Cscript%3E~%3C/script%3E",
    "&lt;script&gt;~&lt;/script&gt;",
]

# These leave something open in which all that follows is lost, so in one mail they come last.
SWALLOWING = (
    f"<script>{HOOK}//",
    "<math><mtext><table><mglyph><style>",
    "<form><math><mtext></form><form>",
    "<svg><desc><noscript>",
    "<select><template>",
    "<table><td><select>",
    "<!-- --!>",
    "<noscript><p title=",
    "<isindex",
    "<v:imagedata",
    "<scr<script>",
)
END = "<p>The end of this mail.</p>"

# Where a payload hides, at @@. Each closes what it opens, so that several fit into one mail.
CARRIERS = {
    "bare": "@@",
    "paragraph": "<p>before @@ after</p>",
    "table": "<table><tr><td>@@</td></tr></table>",
    "table_between_cells": "<table>@@<tr>@@</tr></table>",
    "list": "<ul><li>@@</li></ul>",
    "link": '<a href="https://bank.example/">@@</a>',
    "quotation": "<blockquote><blockquote>@@</blockquote></blockquote>",
    "comment": "<!-- x -->@@<!-- y -->",
    "comment_broken": "<!-- x --!>@@<!-- -->",
    "attribute": '<p title="">@@"></p>',
    "attribute_single": "<p title=''>@@'></p>",
    "attribute_of_link": '<a href="https://ok.example/" title="x">@@</a>',
    "style": "<style></style>@@<style></style>",
    "style_inside_svg": "<svg><style>@@</style></svg>",
    "svg": "<svg>@@</svg>",
    "svg_foreign": "<svg><foreignObject>@@</foreignObject></svg>",
    "svg_title": "<svg><title>@@</title></svg>",
    "math": "<math>@@</math>",
    "math_text": "<math><mtext>@@</mtext></math>",
    "math_annotation": '<math><annotation-xml encoding="text/html">@@</annotation-xml></math>',
    "noscript": "<noscript>@@</noscript>",
    "template": "<template>@@</template>",
    "textarea": "<textarea></textarea>@@",
    "select": "<select><option>@@</option></select>",
    "form": "<form><fieldset>@@</fieldset></form>",
    "button": "<button>@@</button>",
    "unknown": "<x-mail @@>@@</x-mail>",
    "namespaced": "<o:p>@@</o:p>",
    "head": "<html><head>@@</head><body>@@</body></html>",
    "conditional": "<!--[if mso]>@@<![endif]--><![if !mso]>@@<![endif]>",
}


def bare() -> list[str]:
    """The payloads themselves."""
    found = [tag.replace("@", f"{name}={HOOK}") for name in HANDLERS for tag in HANDLING_TAGS[:2]]
    found += [tag.replace("@", f"{name}={HOOK}") for name in HANDLERS[:12] for tag in HANDLING_TAGS[2:]]
    found += [each.replace("@", scheme.replace("~", HOOK)) for each in WITH_ADDRESS for scheme in SCHEMES[:8]]
    found += [WITH_ADDRESS[0].replace("@", scheme.replace("~", HOOK)) for scheme in SCHEMES[8:]]
    found += [each.replace("@", f"{CANARY}/address") for each in WITH_ADDRESS]
    found += [f'<p style="{_armed(each)}">x</p>' for each in STYLES]
    return found + [_armed(each) for each in (*LOADERS, *SHEETS, *SCRIPTS)]


def _armed(payload: str) -> str:
    return payload.replace("~", HOOK).replace("#", f"{CANARY}/x")


def every() -> Iterator[str]:
    """Every payload in every place: some thousands."""
    for carrier in CARRIERS.values():
        for payload in bare():
            yield carrier.replace("@@", payload)


def combined(*, in_one: int) -> Iterator[str]:
    """The same, many in one body, by the place they hide in. After `END` one that swallows the rest."""
    swallowing = [each for each in bare() if each.startswith(SWALLOWING)]
    payloads = [each for each in bare() if each not in swallowing]
    swallowers = cycle(swallowing)
    for carrier in CARRIERS.values():
        for start in range(0, len(payloads), in_one):
            several = [*payloads[start : start + in_one], END, next(swallowers)]
            yield "\n".join(each if each == END else carrier.replace("@@", each) for each in several)
