"""What the roles may do with assets. Whoever has signed in may look and ask; counters are appointed, not a role."""

from organization.choices import Role
from organization.roles import grant

grant(Role.DIVISION_HEAD, "assets.approve_on_site")
grant(Role.MAYOR, "assets.approve_off_site")
grant(
    Role.ASSET_OFFICER,
    "assets.keep_register",
    *(f"assets.{verb}_{model}" for verb in ("view", "add", "change") for model in ("asset", "category", "delegation")),
    "assets.delete_category",
    "assets.delete_delegation",
    "assets.view_registersettings",
    "assets.change_registersettings",
    *(
        f"assets.view_{model}"
        for model in ("loan", "loanline", "incident", "handover", "extension", "countsession", "countitem", "photo")
    ),
)
grant(
    Role.ADMINISTRATOR,
    "assets.view_registersettings",
    "assets.change_registersettings",
    # An order on paper is entered by whoever is there.
    "assets.view_delegation",
    "assets.add_delegation",
)
