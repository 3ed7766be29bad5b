"""The back office: what there is may be looked at; everything is done at the desk."""

from . import documents, trainings

__all__ = ["documents", "trainings"]
