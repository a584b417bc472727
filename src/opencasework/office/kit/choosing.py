"""How a field to choose from is written: as Django writes it, without a template for each of its choices.

The lists narrow by category, month and colleague: eighty choices, each of which cost as much as a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class Renderer(DjangoTemplates):
    """Django's, but for `<select>`."""

    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        if template_name == SELECT:
            return _select(context["widget"])
        return mark_safe(super().render(template_name, context, request))  # as the engine left it


def _select(widget: Mapping[str, Any]) -> SafeString:
    parts = [format_html('<select name="{}"{}>', widget["name"], _attributes(widget["attrs"]))]
    for label, options, _number in widget["optgroups"]:
        if label:
            parts.append(format_html('<optgroup label="{}">', label))
        parts += [_option(option) for option in options]
        if label:
            parts.append(mark_safe("</optgroup>"))
    parts.append(mark_safe("</select>"))
    return mark_safe("\n".join(parts))  # every part is escaped


def _option(option: Mapping[str, Any]) -> SafeString:
    if option["template_name"] != OPTION:
        raise ValueError(f"{option['template_name']} writes a choice in its own way: write its field so too.")
    value, label = conditional_escape(str(option["value"])), conditional_escape(option["label"])
    return mark_safe(f'<option value="{value}"{_attributes(option["attrs"])}>{label}</option>')


def _attributes(attributes: Mapping[str, Any]) -> SafeString:
    said = ""
    for name, value in attributes.items():
        if value is True:
            said += f" {conditional_escape(name)}"
        elif value is not False:
            said += f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
    return mark_safe(said)
