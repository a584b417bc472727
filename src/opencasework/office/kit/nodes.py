"""Pieces of templates, as Django writes them and at a fraction of the cost: see `kit.templating`.

Each says what Django's own says. What Django works out each time and never changes, such as whether a filter
wants local time, is worked out once; and a way is tried first that is the usual one.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from inspect import signature
from typing import Any

from django.template import Node, NodeList, Template, Variable, VariableDoesNotExist
from django.template.base import FilterExpression, VariableNode, render_value_in_context
from django.template.context import Context
from django.template.defaulttags import IfNode, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode, construct_relative_path
from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

from opencasework.office.kit.addresses import address

Written = Callable[[Context], str]
NOT_THERE = object()
SAID_LOCALLY = (int, float, Decimal, date, time)  # a bool is an int, a moment a date
# What an item that is asked for may raise; of numbers as well as of names.
NO_ITEM = (TypeError, AttributeError, KeyError, ValueError, IndexError)


@lru_cache(maxsize=1024)
def _has_items(kind: Hashable) -> bool:
    return hasattr(kind, "__getitem__")


class Lookup(Variable):
    """A name, and what is asked of what stands under it: `row.case.title`."""

    __slots__ = ("first", "rest")

    def __init__(self, variable: Any) -> None:
        self.var, self.literal, self.lookups = variable.var, None, variable.lookups
        self.translate, self.message_context = False, None
        self.first, *rest = variable.lookups
        self.rest = [(bit, int(bit) if bit.isdecimal() else None) for bit in rest]

    def resolve(self, context: Any) -> Any:
        """As Django's; raises VariableDoesNotExist where there is nothing under the name."""
        found = self.found(context)
        if found is NOT_THERE:
            raise VariableDoesNotExist("Failed lookup for [%s]", (self.var,))
        return found

    def found(self, context: Any) -> Any:
        """The same, and `NOT_THERE` where there is nothing."""
        first = self.first
        for each in reversed(context.dicts):
            if first in each:
                current = each[first]
                break
        else:
            return NOT_THERE
        try:
            if callable(current):
                current = _called(current, context)
            for bit, place in self.rest:
                current = _asked(current, bit) if place is None else _at(current, bit, place)
                if current is NOT_THERE:
                    return NOT_THERE
                if callable(current):
                    current = _called(current, context)
        except Exception as error:
            if getattr(error, "silent_variable_failure", False):
                return context.template.engine.string_if_invalid
            raise
        return current


def _asked(current: Any, bit: str) -> Any:
    """The item or the attribute of this name."""
    kind: Any = type(current)
    if _has_items(kind):
        try:
            return current[bit]
        except NO_ITEM:
            pass
    try:
        return getattr(current, bit)
    except (TypeError, AttributeError):
        if type(current) is not dict and bit in dir(current):  # it is there, and went wrong
            raise
    return NOT_THERE


def _at(current: Any, bit: str, place: int) -> Any:
    """The item of this name, or in this place of a list."""
    for item in (bit, place):
        try:
            return current[item]
        except NO_ITEM:
            pass
    return NOT_THERE


def _called(current: Any, context: Any) -> Any:
    """What a template has of something that can be called."""
    if getattr(current, "do_not_call_in_templates", False):
        return current
    if getattr(current, "alters_data", False):
        return context.template.engine.string_if_invalid
    try:
        return current()
    except TypeError:
        try:
            wanted = signature(current)
        except ValueError:
            return context.template.engine.string_if_invalid
        try:
            wanted.bind()
        except TypeError:  # it has to be given something
            return context.template.engine.string_if_invalid
        raise


class Expression(FilterExpression):
    """A value with what is done to it: `row.on|date:"j F"`."""

    __slots__ = ("lookup", "steps")

    def __init__(self, expression: Any) -> None:
        self.token, self.filters = expression.token, expression.filters
        self.var, self.is_var = quick(expression.var), expression.is_var
        self.lookup = self.var if type(self.var) is Lookup else None
        self.steps = [_step(function, given) for function, given in self.filters]

    def resolve(self, context: Any, ignore_failures: bool = False) -> Any:  # noqa: FBT001, FBT002
        """As Django's."""
        if self.lookup is not None:
            value = self.lookup.found(context)
            if value is NOT_THERE:
                if ignore_failures:
                    value = None
                else:
                    value = context.template.engine.string_if_invalid
                    if value:
                        return value % self.var if "%s" in value else value
        elif self.is_var:  # a number, or words to be translated
            value = self.var.resolve(context)
        else:
            value = self.var
        for step in self.steps:
            value = step(value, context)
        return value

    def tested(self, context: Any) -> Any:
        """The same for `{% if %}`, to which nothing there is None."""
        if not self.steps and self.lookup is not None:
            value = self.lookup.found(context)
            return None if value is NOT_THERE else value
        return self.resolve(context, ignore_failures=True)


def _step(function: Any, given: Sequence[tuple[bool, Any]]) -> Callable[[Any, Any], Any]:
    """One filter: what it makes of a value, whatever it is given besides put in already."""
    wants_local_time = getattr(function, "expects_localtime", False)
    wants_autoescape = getattr(function, "needs_autoescape", False)
    keeps_safe = getattr(function, "is_safe", False)
    constant = [mark_safe(each) for is_lookup, each in given if not is_lookup]
    lookups = [quick(each) for is_lookup, each in given if is_lookup]

    def made(value: Any, context: Any) -> Any:
        besides = [each.resolve(context) for each in lookups] if lookups else constant
        if wants_local_time:
            value = template_localtime(value, context.use_tz)
        if wants_autoescape:
            new = function(value, *besides, autoescape=context.autoescape)
        else:
            new = function(value, *besides)
        return mark_safe(new) if keeps_safe and isinstance(value, SafeData) else new

    return made


def said(value: Any, context: Any) -> str:
    """A value as it stands in the page."""
    kind = type(value)
    if not context.autoescape or isinstance(value, SAID_LOCALLY):
        return render_value_in_context(value, context)
    text = value if kind is str or kind is SafeString else str(value)
    return text if isinstance(text, SafeString) else html.escape(text)


# --- what a page is made of ---------------------------------------------------------------------------


class Value(VariableNode):
    """`{{ … }}`"""

    def __init__(self, node: Any) -> None:
        super().__init__(quick(node.filter_expression))

    def render(self, context: Any) -> str:
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return ""
        return said(value, context)

    render_annotated = render


class Kept(Node):
    """What is the same at every rendering of a language: text, sentences, icons; written once for each."""

    child_nodelists = ()

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes
        self.said: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        language = translation.get_language()
        if (said := self.said.get(language)) is None:
            self.said[language] = said = "".join([node.render(context) for node in self.nodes])
        return said

    render_annotated = render


class KeptInAll(Kept):
    """The same in every language."""

    def render(self, context: Any) -> str:
        if not self.said:
            self.said[None] = "".join([node.render(context) for node in self.nodes])
        return self.said[None]

    render_annotated = render


class Either(IfNode):
    """`{% if %}`"""

    def __init__(self, node: Any) -> None:
        super().__init__(node.conditions_nodelists)
        choices: Any = self.conditions_nodelists
        self.ways: list[tuple[Any, Written]] = [
            (test and test.eval, written(nodes)) for test, nodes in choices
        ]

    def render(self, context: Any) -> str:
        for test, way in self.ways:
            if test is None:  # else
                return way(context)
            try:
                is_so = test(context)
            except VariableDoesNotExist:
                continue
            if is_so:
                return way(context)
        return ""

    render_annotated = render


class Within(WithNode):
    """`{% with %}`"""

    def __init__(self, node: Any) -> None:
        super().__init__(None, None, node.nodelist, extra_context=node.extra_context)
        self.way = written(node.nodelist)

    def render(self, context: Any) -> str:
        context.dicts.append({name: value.resolve(context) for name, value in self.extra_context.items()})
        try:
            return self.way(context)
        finally:
            context.dicts.pop()

    render_annotated = render


class Address(URLNode):
    """`{% url %}` of a page, or of a page about rows by their numbers."""

    def __init__(self, node: Any) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)

    def render(self, context: Any) -> str:
        name = self.view_name.resolve(context)
        given = [each.resolve(context) for each in self.args]
        if ":" in name or not all(
            isinstance(each, str) or (type(each) is int and each >= 0) for each in given
        ):
            return super().render(context)
        try:
            found = address(name, *given)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar is None:
            return html.escape(found) if context.autoescape else found
        context[self.asvar] = found
        return ""

    render_annotated = render


class Drawn(SimpleNode):
    """A tag that is one function, such as `{% icon %}`."""

    def __init__(self, node: Any) -> None:
        super().__init__(node.func, node.takes_context, node.args, node.kwargs, node.target_var)

    def render(self, context: Any) -> str:
        if self.kwargs or self.takes_context or self.target_var is not None:
            return super().render(context)
        said = self.func(*[each.resolve(context) for each in self.args])
        if type(said) is SafeString or not context.autoescape:
            return said  # type: ignore[no-any-return]
        return conditional_escape(said)

    render_annotated = render


class Included(IncludeNode):
    """`{% include %}` of a template that is named in the page, which is looked for once."""

    def __init__(self, node: Any) -> None:
        super().__init__(
            node.template, extra_context=node.extra_context, isolated_context=node.isolated_context
        )
        self.origin, self.token = node.origin, node.token
        self.found: Template | None = None

    def render(self, context: Any) -> SafeString:
        if self.found is None:
            page: Any = self.origin.template_name
            name: Any = construct_relative_path(page, self.template.var)
            self.found = context.template.engine.get_template(name)
        given = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.isolated_context:
            return self.found.render(context.new(given))
        context.dicts.append(given)
        try:
            return apart(self.found, context)
        finally:
            context.dicts.pop()

    @staticmethod
    def says(node: Any) -> bool:
        name = node.template
        return not (name.is_var or name.filters) and isinstance(name.var, str)

    render_annotated = render


def apart(template: Any, context: Any) -> SafeString:
    """A template within another: what a `{% cycle %}` has come to is its own."""
    states, before = context.render_context, context.render_context.template
    states.template = template
    states.dicts.append({})
    try:
        # By way of Django's, which tests watch to know the templates of a page.
        write = getattr(template, "_render", template.nodelist.render)
        return write(context)  # type: ignore[no-any-return]
    finally:
        states.dicts.pop()
        states.template = before


def written(nodes: NodeList) -> Written:
    """How these are written one after the other."""
    if not nodes:
        return lambda context: ""
    ways: list[Any] = [node.render_annotated for node in nodes]
    if len(ways) == 1:
        return ways[0]  # type: ignore[no-any-return]
    return lambda context: "".join([way(context) for way in ways])


def quick(value: Any) -> Any:
    """The same of ours, where there is one."""
    kind = type(value)
    if kind is FilterExpression:
        return Expression(value)
    if kind is Variable and value.lookups is not None and not value.translate:
        return Lookup(value)
    return value
