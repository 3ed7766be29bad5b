"""`roll_forward N`: the plan of year N as a draft for N+1, once."""

from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from measures.models import Plan
from measures.services import roll_forward
from organization.people import portal_user


class Command(BaseCommand):
    """Copies the structure, none of the results; exit 1 where the next year has a plan already."""

    help = "Make the plan of the next fiscal year as a draft: structure yes, results no."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fiscal_year", type=int, help="the year to start from (Buddhist Era), for example 2567")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.filter(fiscal_year=options["fiscal_year"]).first()
        if plan is None:
            raise CommandError(f"There is no plan for fiscal year {options['fiscal_year']}.")
        by = portal_user()
        try:
            with pghistory.context(user=by.pk, command="roll_forward"):
                rolled = roll_forward(plan=plan, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Made the draft of fiscal year {rolled.fiscal_year}.")
