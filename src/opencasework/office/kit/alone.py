"""One at a time: a view that edits a row keeps everybody else from editing it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[R, P], HttpResponse]


def lock(rows: models.QuerySet[Any]) -> None:
    """Let whoever else locks one of these rows wait until this transaction is over, such as the second press
    of a button. Call it inside one.
    """
    list(rows.select_for_update().values_list("pk"))


def alone_on(model: type[models.Model]) -> Callable[[View[R, P]], View[R, P]]:
    """For a view that edits the row `pk`, or the only row there is: nobody else does, from comparing what
    stands there to saving.
    """

    def decorate(view: View[R, P]) -> View[R, P]:
        @wraps(view)
        def alone(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            with transaction.atomic():
                rows = model._default_manager.all()
                number: Any = kwargs.get("pk")
                if number is not None:
                    rows = rows.filter(pk=number)
                lock(rows)
                return view(request, *args, **kwargs)

        return alone

    return decorate
