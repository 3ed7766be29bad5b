"""Who decides on a loan (procurement regulation B.E. 2560, clause 208).

On the premises: the head of the division that owns the things, or their deputy. Off the premises: the mayor, or their
deputy. Where a division has no head other than the borrower, the mayor decides: a head's own loan is not decided by a
deputy whom the head named. Nobody decides on their own loan, or on one that they entered for somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from ita_portal.fiscal import today
from organization.choices import Role
from organization.models import Division, User

from .choices import Place
from .querysets import OFF_SITE, ON_SITE

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from .models import Delegation, Loan


@dataclass(frozen=True, slots=True)
class Seat:
    """In whose place a person decides today.

    divisions: whose head they are, or deputise for; headed: those of them whose head they are.
    """

    user: User
    divisions: frozenset[int] = frozenset()
    headed: frozenset[int] = frozenset()
    as_mayor: bool = False
    delegations: tuple[Delegation, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, user: User | AnonymousUser) -> Seat:
        """The seats of `user` today."""
        from .models import Delegation

        person: User = user  # type: ignore[assignment]
        if not person.is_active:
            # Permissions end with the account; what others entrusted to it does, too.
            return cls(person)
        valid = tuple(Delegation.objects.valid_on(today()).filter(deputy_id=person.pk).select_related("division"))
        divisions = {delegation.division_id for delegation in valid if delegation.division_id}
        headed = {person.division_id} if person.division_id and person.has_perm(ON_SITE) else set()
        mayor = person.has_perm(OFF_SITE) or any(delegation.division_id is None for delegation in valid)
        return cls(person, frozenset(divisions | headed), frozenset(headed), mayor, valid)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on which they could decide."""
        return not self.divisions and not self.as_mayor

    def decides(self) -> Q:
        """The loans on which they may decide, in whatever state."""
        reached = Q(use_at=Place.ON_SITE, owner_id__in=self.headed)
        if deputised := self.divisions - self.headed:
            reached = reached | Q(~Exists(_own_of_head()), use_at=Place.ON_SITE, owner_id__in=deputised)
        if self.as_mayor:
            reached = reached | Q(use_at=Place.OFF_SITE) | Q(~Exists(_heads()), use_at=Place.ON_SITE)
        return reached & self._of_others()

    def branches(self) -> list[Q]:
        """`decides` as loans of one division and place each: a sorted page of each comes from an index.

        Two queries for whoever decides as the mayor, one for a deputy, none for everybody else.
        """
        heads = heads_by_division() if self.as_mayor or self.divisions - self.headed else {}
        found = [
            Q(use_at=Place.ON_SITE, owner_id=division)
            & (Q() if division in self.headed else ~Q(borrower_id__in=heads.get(division, ())))
            for division in sorted(self.divisions)
        ]
        if self.as_mayor:
            for division in Division.objects.order_by("pk").values_list("pk", flat=True):
                found.append(Q(use_at=Place.OFF_SITE, owner_id=division))
                there = heads.get(division, [])
                if division in self.headed or len(there) > 1 or (division in self.divisions and not there):
                    continue
                alone = Q(borrower_id=there[0]) if there else Q()
                found.append(Q(alone, use_at=Place.ON_SITE, owner_id=division))
        return [branch & self._of_others() for branch in found]

    def may_decide(self, loan: Loan, *, heads: Mapping[int, Sequence[int]] | None = None) -> bool:
        """Whether they may decide on `loan`; the same rule as `decides`.

        heads: `heads_by_division`, where many loans are asked about. Without it one query for the mayor.
        """
        if self.user.pk in (loan.borrower_id, loan.entered_by_id):
            return False
        if loan.use_at == Place.OFF_SITE:
            return self.as_mayor
        if loan.owner_id in self.headed:
            return True
        if loan.owner_id in self.divisions and not _is_own_of_head(loan, heads):
            return True
        return self.as_mayor and not _has_head(loan, heads)

    def _of_others(self) -> Q:
        return ~Q(borrower_id=self.user.pk) & ~Q(entered_by_id=self.user.pk)

    def title_for(self, loan: Loan) -> str:
        """As what they decide: their position, and in whose place where they deputise. For the printed form: in Thai,
        whatever language they read."""
        place = loan.owner_id if loan.use_at == Place.ON_SITE and loan.owner_id in self.divisions else None
        own = self.user.has_perm(OFF_SITE) if place is None else (
            self.user.division_id == place and self.user.has_perm(ON_SITE)
        )  # fmt: skip
        position = self.user.position or str(self.user)
        if own:
            return position
        found = next((item for item in self.delegations if item.division_id == place), None)
        with override("th"):
            return _("%(position)s, in place of %(whom)s (%(order)s)") % {
                "position": position,
                "whom": _("the head of %(division)s") % {"division": found.division} if found and found.division
                else _("the mayor"),
                "order": found.order if found else "–",
            }  # fmt: skip


def active_heads() -> QuerySet[User]:
    """Heads of divisions who are here."""
    return User.objects.filter(groups__name=Role.DIVISION_HEAD.value, is_active=True, division__isnull=False).order_by()


def heads_by_division() -> dict[int, list[int]]:
    """Primary keys of the active heads of each division. One query."""
    heads: dict[int, list[int]] = {}
    for division, head in active_heads().values_list("division_id", "pk"):
        heads.setdefault(division, []).append(head)
    return heads


def _heads() -> QuerySet[User]:
    """Active heads of the lending division other than the borrower, for a subquery over loans."""
    return active_heads().filter(division_id=OuterRef("owner_id")).exclude(pk=OuterRef("borrower_id"))


def _own_of_head() -> QuerySet[User]:
    """The borrower, where they head the lending division; for a subquery over loans."""
    return active_heads().filter(division_id=OuterRef("owner_id"), pk=OuterRef("borrower_id"))


def _is_own_of_head(loan: Loan, heads: Mapping[int, Sequence[int]] | None) -> bool:
    if heads is None:
        return active_heads().filter(division_id=loan.owner_id, pk=loan.borrower_id).exists()
    return loan.borrower_id in heads.get(loan.owner_id, ())


def _has_head(loan: Loan, heads: Mapping[int, Sequence[int]] | None) -> bool:
    """Whether the lending division has a head other than the borrower."""
    if heads is None:
        return heads_of(loan).exists()
    return any(head != loan.borrower_id for head in heads.get(loan.owner_id, ()))


def heads_of(loan: Loan) -> QuerySet[User]:
    """Active heads of the lending division other than the borrower."""
    return active_heads().filter(division_id=loan.owner_id).exclude(pk=loan.borrower_id)
