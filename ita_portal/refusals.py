"""Acts that are not done: the sentence for the person who tried, and what a guard of the database means to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.functional import Promise

Sentences = Mapping[str, "str | Promise"]
"""Names of guards (constraints, triggers), and what each means."""


class RefusedError(Exception):
    """The act was not done and nothing has changed. `str()` is the sentence; code: for programs and tests.

    field: the name of the form's field that it is about, where it is about one.
    """

    def __init__(self, code: str, message: str | Promise, *, field: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field

    def __str__(self) -> str:
        return str(self.message)


def require(condition: bool, code: str, message: str | Promise, *, field: str = "") -> None:
    """RefusedError where `condition` does not hold."""
    if not condition:
        raise RefusedError(code, message, field=field)


def guard_of(error: IntegrityError) -> str:
    """The name of the guard that refused; empty where it is none with a name."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def refusal_of(error: IntegrityError, app: str, sentences: Sentences) -> RefusedError:
    """The refusal that a guard stands for: a trigger's by `sentences`, a named constraint's by what its model in `app`
    says of it. `error` itself is raised again where it is none of them."""
    name = guard_of(error)
    sentence = sentences.get(name) or _sentence_of_constraint(app, name)
    if sentence is None:
        raise error
    return RefusedError(name, sentence)


def guarded_by(app: str, sentences: Sentences) -> Callable[[], AbstractContextManager[None]]:
    """For an app: a transaction in which what a guard of the database refuses is told as a RefusedError."""

    @contextmanager
    def guarded() -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
        except IntegrityError as error:
            raise refusal_of(error, app, sentences) from error

    return guarded


def _sentence_of_constraint(app: str, name: str) -> str | Promise | None:
    for model in apps.get_app_config(app).get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return constraint.violation_error_message
    return None
