"""Permissions of participation, by name; `roles.py` says who has them."""

KEEP_PARTICIPATION = "participation.keep_participation"
ANSWER_LETTERS = "participation.answer_letters"
