"""What every template knows of the municipality."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Municipality


def municipality(_request: HttpRequest) -> dict[str, Any]:
    """`municipality`: the one row (an unnamed one before set-up), read only where a template asks for it."""
    return {"municipality": SimpleLazyObject(lambda: Municipality.objects.first() or Municipality(name="–"))}
