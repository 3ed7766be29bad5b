"""Confirm an integrity officer where no other is left who could: by whoever runs the server, and noted in the log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.services.officers import OfficerError, admit_officer
from organization.models import User


class Command(BaseCommand):
    """`admit_officer NAME`: only while nobody receives complaints."""

    help = (
        "Confirm the vault of a user where no officer and no recovery shares are left: new complaints can then be "
        "filed again. Complaints of before stay closed. The log keeps that it was done at the server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError("There is no such user.")
        try:
            admit_officer(user)
        except OfficerError as error:
            reasons = {
                "state": "This user has no vault that waits: they set it up in the portal first.",
                "not_alone": "There is an officer who receives complaints: they confirm others in the portal.",
            }
            raise CommandError(reasons[error.reason]) from None
        self.stdout.write("Admitted. New complaints are sealed to this officer from now on.")
