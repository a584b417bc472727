"""Turns pages into HTML. Values are escaped; drawn charts come as Markup and are not."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

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


class Renderer:
    """Renders the pages of one build."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("opencasework.observatory.site", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
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

    def render(self, page: Page) -> str:
        """The page's HTML in the language spoken. It works in any folder of any server.

        `root` leads from the page to the top of the site, `home` to the first page of its language, and
        `other` to the same page in the other one.
        """
        steps = "../" * page.path.count("/")
        here, there = (FOLDER[code] for code in (("en", "cy") if spoken() == "en" else ("cy", "en")))
        root = steps + "../" * here.count("/")
        figures = page.part()
        return (
            self._environment.get_template(page.template).render(
                figures=figures,
                root=root or "./",
                home=steps or "./",
                other=f"{root or './'}{there}{page.path}",
                language=spoken(),
                page=page,
                **page.make(figures, *page.given),
            )
            + "\n"
        )
