"""Turns pages into HTML. Values are escaped; drawn charts come as Markup and are not."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from opencasework.observatory.months import month_name
from opencasework.observatory.places import ATTRIBUTION
from opencasework.observatory.site import words
from opencasework.observatory.site.figures import Figures
from opencasework.observatory.site.pages import Page

# As strict as the office's own: nothing inline, nothing from another host. (`frame-ancestors` works only as a
# header.)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
)


class Renderer:
    """Renders the pages of one build."""

    def __init__(self, figures: Figures) -> None:
        self._environment = Environment(
            loader=PackageLoader("opencasework.observatory.site", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            count=words.count,
            rate=words.rate,
            share=words.share,
            change=words.change,
            size=words.size,
            month_name=month_name,
            month_runs=words.month_runs,
            trend_sentence=words.trend_sentence,
        )
        self._environment.globals.update(figures=figures, attribution=ATTRIBUTION, policy=POLICY)

    def render(self, page: Page) -> str:
        """The page's HTML. `root` leads from the page to the top of the site, so it works in any folder."""
        root = "../" * page.path.count("/") or "./"
        template = self._environment.get_template(page.template)
        return template.render(root=root, page=page, **page.context()) + "\n"
