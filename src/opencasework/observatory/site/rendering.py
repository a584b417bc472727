"""Turns pages into HTML. Values are escaped; drawn charts come as Markup and are not."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from opencasework.observatory.places import ATTRIBUTION
from opencasework.observatory.site import language, postcodes, words
from opencasework.observatory.site.language import FOLDER, spoken
from opencasework.observatory.site.page import Page

# As strict as the office's own: nothing inline, nothing from another host. (`frame-ancestors` works only as a
# header.)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
)
# Between these stands the piece of a page (see `Piece`); no text of a page can hold them, for it is escaped.
PIECE_BEGINS, PIECE_ENDS = '<tbody id="by-issue">\n', "</table>"


class Ready(BytecodeCache):
    """Templates as Jinja made them ready: of a build before, of another process, and those that come."""

    def __init__(self, codes: MutableMapping[str, bytes]) -> None:
        self._codes = codes

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks for a template; it looks itself whether the one it gets is of the same text."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has made one ready."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


# In what several pages show, until it is known from how deep in the site it leads to the top, or to the first
# page of its language.
ROOT, HOME = "\0root\0", "\0home\0"


class Renderer:
    """Renders the pages of one build; `ready` are templates made ready before, and gets the others."""

    def __init__(self, ready: MutableMapping[str, bytes]) -> None:
        self._environment = Environment(
            loader=PackageLoader("opencasework.observatory.site", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=Ready(ready),
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        # The i18n extension adds this method, which the stubs do not know of.
        install = getattr(self._environment, "install_gettext_callables")  # noqa: B009
        install(language.gettext, language.ngettext, newstyle=True)
        self._environment.filters.update(
            count=words.count,
            rate=words.rate,
            share=words.share,
            change=words.change,
            size=words.size,
            month_name=language.month_name,
            month_runs=words.month_runs,
            trend_sentence=words.trend_sentence,
            name=language.name_of,
        )
        self._environment.globals.update(
            attribution=ATTRIBUTION, attribution_of_postcodes=postcodes.ATTRIBUTION, policy=POLICY
        )
        self._last_issue: tuple[str, str] | None = None
        self._in_all_views: dict[str, str] = {}  # parts of its pages

    def make_ready(self) -> None:
        """Make every template ready, so that several processes need not."""
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, page: Page) -> str:
        """The page's HTML in the language spoken. It works in any folder of any server.

        `root` leads from the page to the top of the site, `home` to the first page of its language, and
        `other` to the same page in the other one.
        """
        figures = page.part()
        context = dict(page.make(figures, *page.given))
        if page.piece:
            context["piece"] = Markup(PIECE_BEGINS + piece_of(page) + PIECE_ENDS)
        here, there = (FOLDER[code] for code in (("en", "cy") if spoken() == "en" else ("cy", "en")))
        steps = "../" * (page.path + here).count("/")
        root = steps or "./"
        context |= {"figures": figures, "language": spoken(), "page": page}
        html = self._environment.get_template(page.template).render(
            root=root,
            home=page.home,
            other=f"{root}{there}{page.path}",
            in_all_views=lambda name: self._part(name, context, root=root, home=page.home),
            **context,
        )
        return f"{html}\n"

    def _part(self, name: str, context: Mapping[str, Any], *, root: str, home: str) -> Markup:
        """A part that all views of an issue have alike, rendered for the first of them."""
        view = context["view"]
        of = (spoken(), view.topic.code)
        if of != self._last_issue:
            self._last_issue, self._in_all_views = of, {}
        if name not in self._in_all_views:
            template = self._environment.get_template(name)
            self._in_all_views[name] = template.render(context, root=ROOT, home=HOME).rstrip("\n")
        return Markup(self._in_all_views[name].replace(ROOT, root).replace(HOME, home))


def piece_of(page: Page) -> str:
    """What stands in the page that has figures of others in it; empty without one."""
    if page.piece is None:
        return ""
    return page.piece.make(page.part(), page.piece.beside(), *page.given, home=page.home)


def with_piece(html: bytes, piece: str) -> bytes:
    """The page as it was written, with another piece in the place of the one it has."""
    before, begins, rest = html.partition(PIECE_BEGINS.encode())
    if not begins:  # of a place that has published nothing for a year there is no table
        return html
    _old, ends, after = rest.partition(PIECE_ENDS.encode())
    return b"".join((before, begins, piece.encode(), ends, after))
