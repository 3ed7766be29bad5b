"""What runs within the portal's process: a database of its own, and whether every receipt opens its case."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")


def set_up() -> None:
    """An empty, migrated database with the demonstration's officers."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    call_command("set_up_portal", "--demo", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_unsealed (id uuid PRIMARY KEY, content text, file text)")


def unreadable(receipts: Iterable[tuple[str, str, int]]) -> list[str]:
    """Of (code, narrative, bytes of all files): those whose code or whose officers do not open all of it."""
    from django.db import connection

    from complaints import sealing
    from complaints.models import Officer
    from complaints.opened import OpenedCase, open_for_officer
    from complaints.services.officers import unlock_vault
    from complaints.services.reading import open_by_code, read_code
    from complaints.sessions import OpenVault
    from organization.portal_data import demonstration_password

    connection.close()
    vaults = [
        OpenVault(officer, sealing.KeyPair.of(unlock_vault(officer, demonstration_password())))
        for officer in Officer.objects.receiving()
    ]
    lost = []
    for code, narrative, size in receipts:
        try:
            case, private = open_by_code(read_code(code))
            ways = [OpenedCase(case, sealing.KeyPair.of(private))]
            ways += [open_for_officer(case, vault) for vault in vaults]
            for opened in ways:
                report = opened.letters[0]
                found = sum(len(piece) for file in report.files for piece in file.read())
                if report.content["narrative"] != narrative or found != size:
                    raise ValueError("incomplete")
        except Exception as error:  # whatever it is, the case is not there as promised
            lost.append(f"{type(error).__name__}")
    return lost


def argon_milliseconds(rounds: int = 15) -> float:
    """The median of a bare Argon2id run at the parameters of the receipt code."""
    from complaints.sealing import CODE, new_salt, stretch

    return _median(lambda: stretch("12345678901234567890", new_salt(), CODE), rounds)


def encryption_milliseconds(size: int, rounds: int = 15) -> float:
    """The median of sealing `size` bytes in pieces as they would arrive."""
    from complaints.sealing import StreamSealer

    block = os.urandom(64 * 1024)

    def seal() -> None:
        sealer = StreamSealer("bench")
        for _piece in range(size // len(block)):
            sealer.update(block)
        list(sealer.finish())

    return _median(seal, rounds)


def _median(act, rounds: int) -> float:  # type: ignore[no-untyped-def]
    times = []
    for _round in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[rounds // 2]
