"""A component of django-cotton, written as cotton writes it and at half the cost: see `kit.templating`."""

from __future__ import annotations

from typing import Any

from django.template import TemplateDoesNotExist
from django.template.context import Context
from django.utils.safestring import SafeString
from django_cotton.templatetags import Attrs, UnprocessableDynamicAttr
from django_cotton.templatetags._component import AttrKind, CottonComponentNode
from django_cotton.templatetags._vars import CottonVarsNode

from opencasework.office.kit.nodes import apart, written

# One that is told its name when the page is written, or knows nothing of the page, is left to cotton.
DYNAMIC = "component"


class Component(CottonComponentNode):  # type: ignore[misc]
    """`<c-button>`"""

    def __init__(self, node: Any) -> None:
        self.__dict__.update(vars(node))
        self.way = written(self.nodelist)
        self.found: Any = None  # its template
        self.defaults: list[Any] = []

    @staticmethod
    def says(node: Any) -> bool:
        return not node.only and node.component_name != DYNAMIC

    def render(self, context: Any) -> SafeString:
        if self.found is None:
            found = self._look(context)
            self.defaults = [each for each in found.nodelist if isinstance(each, CottonVarsNode)]
            self.found = found  # last: another thread goes by it
        data = context.get("cotton_data")
        if data is None:
            context["cotton_data"] = data = {"stack": [], "vars": {}}
        given, slots = Attrs({}), dict[str, str]()
        data["stack"].append({"key": self.component_name, "attrs": given, "slots": slots})
        for attribute in self._prepared_attrs:
            _give(given, attribute, context)
        slot = SafeString(self.way(context))
        given.exclude_from_string_output("is")
        known: dict[str, Any] = {}
        for each in self.defaults:
            known |= _defaults(each, context, given, slots)
        known |= slots
        for name, value in given.dict.items():
            known[name.replace("-", "_")] = value
        known |= {"attrs": given, "slot": slot, "cotton_data": data}
        written_out = self._written(context, known)
        data["stack"].pop()
        return written_out

    render_annotated = render

    def _look(self, context: Any) -> Any:
        tried = self._candidate_template_paths(self.component_name, None)
        for path in tried:
            try:
                return context.template.engine.get_template(path)
            except TemplateDoesNotExist:
                continue
        raise TemplateDoesNotExist(f"{tried[0]} (also tried: {', '.join(tried[1:])})")

    def _written(self, context: Any, known: dict[str, Any]) -> SafeString:
        """In a context of its own, with nothing of the page's but what every page has."""
        own: Any = Context()
        of_every_page = self._get_processor_snapshot(context)
        if of_every_page is not None:
            own.dicts.append(of_every_page)
        own.dicts.append(known)
        own._cotton_processor_snapshot = of_every_page
        own.template, own.template_name = self.found, self.found.name
        own.render_context.template = self.found
        said: SafeString = self.found._render(own)
        return said


def _give(given: Attrs, attribute: Any, context: Any) -> None:
    """Work out one attribute as it stands in the page."""
    key, kind, value, compiled = attribute
    if kind == AttrKind.STATIC or kind == AttrKind.BOOLEAN:
        given[key] = value
    elif kind == AttrKind.ESCAPED:
        given[key] = SafeString(apart(compiled, context)) if compiled else value
    else:
        try:
            found = compiled.resolve(context)
        except UnprocessableDynamicAttr:
            if kind == AttrKind.UNQUOTED:
                given[key] = value
            else:
                given.unprocessable(key)
            return
        if kind == AttrKind.DYNAMIC and key == "attrs":
            given.dict.update(found)
        else:
            given[key] = found


def _defaults(node: Any, context: Any, given: Attrs, slots: dict[str, str]) -> dict[str, Any]:
    """What the component's `<c-vars>` says of all that was not given."""
    if any(each.kind != AttrKind.STATIC for each in node._prepared_vars):
        found: dict[str, Any] = node.extract_vars(context, given, slots)
        return found
    for each in node._prepared_vars:
        given.exclude_from_string_output(each.exclude_key)
    for name in node.empty_vars:
        given.exclude_from_string_output(name)
    there = given.exclude_unprocessable()
    return {
        each.accessible_key: each.value
        for each in node._prepared_vars
        if each.key not in there and each.exclude_key not in slots
    }
