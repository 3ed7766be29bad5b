"""Who gets what at the addresses of the complaint channel."""

from __future__ import annotations

from ..addresses import LOGIN, Row, download, officers, public

OPEN_TO_ALL = (
    "channel", "statistics", "statistics_file", "poster", "poster_places", "new", "slip", "follow", "follow_withdraw",
    "follow_identity", "follow_copy", "follow_file", "leave", "verify",
)  # fmt: skip
"""Names of addresses that answer people who have not signed in."""
CASE, FILE = "/complaints/desk/2345-6789/", "00000000-0000-4000-8000-000000000000"
"""Of no complaint and no file."""
POSTERS = "/complaints/posters/"


def posters(name: str, path: str, code: int, method: str = "GET") -> Row:
    """A page of those who look after the posters."""
    return Row(f"complaints:{name}", path, 403, {"citizen": LOGIN, "secretary": code, "integrity": code}, method)


TABLE_OF_COMPLAINTS: list[Row] = [
    # The integrity officers' vaults: nobody of the cast has one here, so what needs an open one leads to setting it up
    *officers("complaints:vault_set_up", "/complaints/desk/vault/", 200),
    *officers("complaints:unlock", "/complaints/desk/unlock/", 302),
    Row("complaints:lock", "/complaints/desk/lock/", 405, {"citizen": LOGIN}),
    *officers("complaints:lock", "/complaints/desk/lock/", 302, method="POST"),
    *officers("complaints:passphrase", "/complaints/desk/passphrase/", 302),
    *officers("complaints:officers", "/complaints/desk/officers/", 302),
    *officers("complaints:officer_confirm", "/complaints/desk/officers/1/confirm/", 302),
    *officers("complaints:officer_cases", "/complaints/desk/officers/1/cases/", 302),
    *officers("complaints:officer_remove", "/complaints/desk/officers/1/remove/", 302),
    *officers("complaints:recovery", "/complaints/desk/recovery/", 302),
    *officers("complaints:recovery_cover", "/complaints/desk/recovery/cover/", 302, method="POST"),
    *officers("complaints:recovery_shares", "/complaints/desk/recovery/shares.pdf", 302, method="POST"),
    *officers("complaints:recover", "/complaints/desk/recover/", 302),
    # The desk: without an open vault everything leads to setting one up
    *officers("complaints:desk", "/complaints/desk/", 302),
    *officers("complaints:desk_csv", "/complaints/desk/cases.csv", 302),
    *officers("complaints:intake", "/complaints/desk/intake/", 302),
    *officers("complaints:case", CASE, 302),
    *officers("complaints:case_act", f"{CASE}acts/answer/", 302, method="POST"),
    *officers("complaints:case_identity", f"{CASE}identity/", 302, method="POST"),
    *officers("complaints:case_file", f"{CASE}files/{FILE}/", 302),
    *officers("complaints:case_working_copy", f"{CASE}files/{FILE}/working-copy/", 302),
    *officers("complaints:case_package", f"{CASE}package/", 302, method="POST"),
    *officers("complaints:case_package_file", f"{CASE}package/file/", 302, method="POST"),
    # The channel, for the public
    *public("complaints:channel", "/complaints/"),
    *public("complaints:statistics", "/complaints/statistics/"),
    *download("complaints:statistics_file", "/complaints/statistics.json"),
    *download("complaints:statistics_file", "/complaints/statistics.csv"),
    *download("complaints:statistics_file", "/complaints/statistics.xlsx"),
    *download("complaints:poster", "/complaints/poster.pdf"),
    # Following a complaint: who has opened none is led to the form for the code
    Row("complaints:new", "/complaints/new/", 200),
    Row("complaints:new", "/complaints/new/", 422, method="POST"),
    Row("complaints:slip", "/complaints/slip.pdf", 405),
    Row("complaints:slip", "/complaints/slip.pdf", 422, method="POST"),
    Row("complaints:follow", "/complaints/follow/", 200),
    Row("complaints:follow", "/complaints/follow/", 422, method="POST"),
    *(
        Row(f"complaints:follow_{name}", f"/complaints/follow/{path}", 303)
        for name, path in (
            ("withdraw", "withdraw/"), ("identity", "identity/"), ("copy", "copy.zip"),
            ("file", "files/9c1cfb6e-6ef0-4a57-9d0b-6b0d1f0a2f11/"),
        )
    ),
    Row("complaints:leave", "/complaints/leave/", 405),
    Row("complaints:leave", "/complaints/leave/", 303, method="POST"),
    Row("complaints:verify", "/complaints/verify/", 200),
    Row("complaints:verify", "/complaints/verify/", 422, method="POST"),
    # Where the poster hangs
    *public("complaints:poster_places", "/complaints/places/"),
    posters("posters", POSTERS, 200),
    posters("posters", POSTERS, 405, "POST"),
    posters("poster_add", POSTERS + "add/", 405),
    posters("poster_add", POSTERS + "add/", 422, "POST"),
    posters("poster_seen", POSTERS + "999999/seen/", 404, "POST"),
    posters("poster_state", POSTERS + "999999/state/", 404, "POST"),
    posters("poster_photo", POSTERS + "photos/999999/", 404),
]  # fmt: skip
