"""What waits for borrowers, for those who approve, for asset officers and counters; and their pages."""

from django.utils.translation import gettext_lazy

from organization.tasks import Way, ways_in

from .querysets import KEEP_REGISTER

ways_in.register("assets.catalogue", Way(gettext_lazy("Borrow something"), "assets:catalogue", 30))
ways_in.register("assets.my_loans", Way(gettext_lazy("My loans"), "assets:my_loans", 31))
ways_in.register("assets.desk", Way(gettext_lazy("Asset desk"), "assets:desk", 33, KEEP_REGISTER))
ways_in.register("assets.register", Way(gettext_lazy("Asset register"), "assets:register", 34, KEEP_REGISTER))
