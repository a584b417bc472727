"""Templates of Django's, made ready when they are read, so that a page is written in half the time.

Django spends more than half of the time of a page on what never changes: which filter wants what, whether
an object has items, how an icon is drawn, where a template is whose name stands in the page. Each piece for
which `kit.nodes` has one of its own gives its place to that; all others stay as they are. Where templates are
debugged nothing is: an error page then shows the very line.
"""

from __future__ import annotations

from itertools import groupby
from threading import Lock
from typing import Any

from django.template import Node, NodeList
from django.template.base import FilterExpression, TextNode, Variable, VariableNode
from django.template.defaulttags import CommentNode, IfNode, LoadNode, TemplateLiteral, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import cached
from django.template.smartif import TokenBase
from django.templatetags.static import StaticNode
from django_cotton.templatetags._component import CottonComponentNode, PreparedAttr, PreparedValue
from django_cotton.templatetags._vars import PreparedVar

from opencasework.office.kit import nodes
from opencasework.office.kit.components import Component
from opencasework.office.kit.templatetags import oc
from opencasework.office.kit.templatetags.translating import Sentence

DRAWS = {oc.icon, oc.icon_of_tag}  # the same at every rendering, of what is given in the template

_ONE_AT_A_TIME = Lock()


class Loader(cached.Loader):
    """Django's loader that reads each template once, and makes it ready."""

    def get_template(self, template_name: str, skip: Any = None) -> Any:
        found: Any = super().get_template(template_name, skip)
        if self.engine.debug or hasattr(found, "is_made_ready"):
            return found
        with _ONE_AT_A_TIME:  # two threads may have asked for it
            if not hasattr(found, "is_made_ready"):
                _Made().nodelist(found.nodelist)
                found.is_made_ready = True
        return found


class _Made:
    """What was made ready of one template; a block stands in several places of it, and is one."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.kept: list[Any] = []  # so that no number is given to another meanwhile

    def nodelist(self, found: NodeList) -> None:
        """In place: partials and blocks hold the same list."""
        made = [self.node(each) for each in found if type(each) not in (LoadNode, CommentNode)]
        found[:] = [
            one for kind, run in groupby(made, _is_kept) for one in (_kept(list(run)) if kind else run)
        ]

    def node(self, node: Any) -> Any:
        if id(node) not in self.nodes:
            self.kept.append(node)
            self.nodes[id(node)] = node
            for name, value in list(vars(node).items()):
                setattr(node, name, self.value(value))
            self.nodes[id(node)] = _replaced(node)
        return self.nodes[id(node)]

    def value(self, value: Any) -> Any:
        """What a piece of a template holds: others, names to be looked up, or neither."""
        if isinstance(value, NodeList):
            self.nodelist(value)
        elif isinstance(value, Node):
            return self.node(value)
        elif isinstance(value, TokenBase):
            self.test(value)
        elif isinstance(value, PreparedAttr | PreparedVar):
            return value._replace(compiled=self.value(value.compiled))
        elif isinstance(value, PreparedValue):
            value._variable, value._template = self.value(value._variable), self.value(value._template)
        elif isinstance(value, FilterExpression | Variable):
            return nodes.quick(value)
        elif type(value) in (list, tuple):
            return type(value)(self.value(each) for each in value)
        elif type(value) is dict:
            return {name: self.value(each) for name, each in value.items()}
        elif hasattr(value, "nodelist") and hasattr(value, "source"):  # words of an attribute
            self.nodelist(value.nodelist)
        return value

    def test(self, token: Any) -> None:
        """What an `{% if %}` asks."""
        if isinstance(token, TemplateLiteral):
            expression: Any = nodes.quick(token.value)
            token.value, token.eval = expression, expression.tested  # type: ignore[method-assign]
            return
        for side in (token.first, token.second):
            if side is not None:
                self.test(side)


def _replaced(node: Any) -> Any:
    kind = type(node)
    if kind is VariableNode:
        return nodes.Value(node)
    if kind is IfNode:
        return nodes.Either(node)
    if kind is WithNode:
        return nodes.Within(node)
    if kind is URLNode and not node.kwargs:
        return nodes.Address(node)
    if kind is SimpleNode:
        return nodes.Drawn(node)
    if kind is IncludeNode and nodes.Included.says(node):
        return nodes.Included(node)
    if kind is CottonComponentNode and Component.says(node):
        return Component(node)
    return node


def _is_kept(node: Any) -> bool:
    if isinstance(node, TextNode | Sentence | nodes.Kept):
        return True
    if type(node) is StaticNode:
        return node.varname is None and not isinstance(node.path.var, Variable)
    return type(node) is nodes.Drawn and node.func in DRAWS and _is_constant(node)


def _is_constant(node: Any) -> bool:
    given = [*node.args, *node.kwargs.values()]
    return node.target_var is None and not any(each.is_var or each.filters for each in given)


def _kept(run: list[Any]) -> list[Any]:
    if all(isinstance(each, TextNode) for each in run):
        return run
    in_all = not any(isinstance(each, Sentence) for each in run)
    return [(nodes.KeptInAll if in_all else nodes.Kept)(run)]
