"""`python -m bench.filing [speed] [crowd] [large] [guessing] [crash]`: all five unless told.

Each part prints its figures and adds them to var/bench/filing.json.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

VAR = Path(os.environ.get("PORTAL_VAR") or "var").resolve()
os.environ["BENCH_DATABASE"] = "ita_bench_filing"
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
MEGABYTE = 1024 * 1024

from . import client, inside, server  # noqa: E402 - after the environment

NEW, FOLLOW = "/complaints/new/", "/complaints/follow/"


def main(parts: list[str]) -> int:
    """Run the parts; 1 where a promise is broken."""
    inside.set_up()
    known: dict[str, Callable[[server.Server], dict[str, Any]]] = {
        "speed": speed, "crowd": crowd, "large": large, "guessing": guessing, "crash": crash,
    }  # fmt: skip
    target = VAR / "bench" / "filing.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    result = json.loads(target.read_text()) if target.exists() else {}
    for part in parts or list(known):
        with server.served(VAR) as running:
            print(f"--- {part}", flush=True)
            result[part] = known[part](running)
            for name, value in result[part].items():
                print(f"{name:<46} {value}", flush=True)
        target.write_text(json.dumps(result, indent=1))
    return 0


def report(number: int) -> dict[str, str]:
    """What is typed into the form."""
    return {
        "category": "bribery", "identity": "anonymous", "accused_name": "", "accused_position": "นายช่าง",
        "narrative": f"รายงานที่ {number} {random.random()}: เจ้าหน้าที่เรียกเงินเพื่อออกใบอนุญาต " + "ก" * 400,
        "happened_on": "", "happened_at_place": "ตลาด", "evidence_note": "", "witnesses": "",
    }  # fmt: skip


def speed(running: server.Server) -> dict[str, Any]:
    """One client: sealed and unsealed in turn, with nothing and with 1 MB attached."""
    found: dict[str, Any] = {}
    argon, encryption = inside.argon_milliseconds(), inside.encryption_milliseconds(MEGABYTE)
    found["bare Argon2id, ms"], found["encrypting 1 MB, ms"] = round(argon, 1), round(encryption, 1)
    for name, files in (("no attachment", []), ("1 MB", [client.File("photo.jpg", os.urandom(MEGABYTE))])):
        times: dict[str, list[float]] = {NEW: [], "/bench/unsealed/": []}
        for turn in range(43):
            for path, taken in times.items():
                answer = client.post(running.port, path, report(turn), files)
                if answer.status != 200:
                    raise SystemExit(f"{path}: {answer.status} {answer.text[:300]}")
                if turn >= 3:
                    taken.append(answer.seconds * 1000)
        sealed, plain = (statistics.median(taken) for taken in times.values())
        allowed = 1.5 * argon + (1.5 * encryption if files else 0)
        found[f"{name}: sealed / unsealed, ms"] = f"{sealed:.1f} / {plain:.1f}"
        found[f"{name}: sealing adds, ms (at most)"] = f"{sealed - plain:.1f} ({allowed:.1f})"
        found[f"{name}: share of what is allowed"] = round((sealed - plain) / allowed, 2)
    return found


def crowd(running: server.Server) -> dict[str, Any]:
    """1, 4, 16 and 64 clients at once."""
    found: dict[str, Any] = {}
    for clients in (1, 4, 16, 64):
        begun = time.perf_counter()
        acknowledged, answers = file_many(running, max(32, clients * 4), clients)
        spent = time.perf_counter() - begun
        errors = sum(answer.status >= 500 or answer.status == 0 for answer in answers)
        times = sorted(answer.seconds for answer in answers)
        lost = inside.unreadable(acknowledged)
        found[f"{clients:>2} clients"] = (
            f"{len(answers)} filed, {errors} server errors, {len(acknowledged)} acknowledged, {len(lost)} lost; "
            f"{len(answers) / spent:.1f}/s, p50 {times[len(times) // 2]:.2f} s, "
            f"p95 {times[int(len(times) * 0.95)]:.2f} s"
        )
    return found


def file_many(
    running: server.Server, number: int, clients: int, size: int = 20_000
) -> tuple[list[tuple[str, str, int]], list[client.Answer]]:
    """File `number` complaints with a small file; of the acknowledged (code, narrative, bytes), and all answers."""
    texts = [report(turn) for turn in range(number)]
    acts = [
        partial(client.post, running.port, NEW, fields, [client.File("a.jpg", os.urandom(size))]) for fields in texts
    ]
    answers = client.many(acts, clients)
    acknowledged = [
        (answer.code, fields["narrative"], size) for fields, answer in zip(texts, answers, strict=True) if answer.code
    ]
    return acknowledged, answers


def large(running: server.Server) -> dict[str, Any]:
    """200 MB once, and four at once: memory of the workers, and whether all is there."""
    found: dict[str, Any] = {}
    size = 200 * MEGABYTE
    file_many(running, 16, 4)  # every worker has filed once
    for clients in (1, 4):
        idle = running.memory()
        running.forget_peaks()
        texts = [report(turn) for turn in range(clients)]
        begun = time.perf_counter()
        film = [client.File("film.mp4", size)]
        answers = client.many([partial(client.post, running.port, NEW, fields, film) for fields in texts], clients)
        spent = time.perf_counter() - begun
        grown = max(peak - idle.get(pid, 0) for pid, peak in running.peaks().items()) / MEGABYTE
        receipts = [(answer.code, fields["narrative"], size) for fields, answer in zip(texts, answers, strict=True)]
        lost = inside.unreadable(receipts)
        found[f"{clients} × 200 MB"] = (
            f"{[answer.status for answer in answers]}, {len(lost)} lost, {spent:.1f} s; "
            f"a worker's peak {grown:.1f} MB above idle"
        )
    return found


def guessing(running: server.Server) -> dict[str, Any]:
    """24 clients with wrong codes beside a reporter with the right one and an officer with their list."""
    acknowledged, _answers = file_many(running, 30, 4)
    codes = [code for code, _narrative, _size in acknowledged]
    cookies = officer_cookies(running)
    chance = random.Random(2)

    def wrong() -> None:
        digits = "".join(chance.choice("0123456789") for _place in range(28))
        answer = client.post(running.port, FOLLOW, {"receipt_code": digits})
        if answer.status not in (422, 429):
            raise SystemExit(f"a wrong code was answered with {answer.status}")

    def right(turn: int) -> float:
        answer = client.post(running.port, FOLLOW, {"receipt_code": codes[turn % len(codes)]})
        if answer.status not in (200, 302, 303):
            raise SystemExit(f"a right code was answered with {answer.status}")
        return answer.seconds * 1000

    def listing(_turn: int) -> float:
        answer = client.get(running.port, "/complaints/desk/", cookies)
        if answer.status != 200 or "/complaints/desk/" not in answer.text:
            raise SystemExit(f"the list was answered with {answer.status}")
        return answer.seconds * 1000

    found: dict[str, Any] = {}
    for name, act, turns in (("follow-up", right, 90), ("officers' list", listing, 90)):
        for turn in range(5):
            act(turn)
        quiet = _p95([act(turn) for turn in range(turns)])
        with client.Meanwhile(wrong, 24) as guessers:
            begun = time.perf_counter()
            loud = _p95([act(turn) for turn in range(turns)])
            rate = guessers.done / (time.perf_counter() - begun)
        found[f"{name}: p95 alone / beside guessers, ms"] = f"{quiet:.1f} / {loud:.1f} ({rate:.0f} wrong codes/s)"
        found[f"{name}: growth (bar 1.5)"] = round(loud / quiet, 2)
    return found


def crash(running: server.Server) -> dict[str, Any]:
    """`kill -9` of something every moment during 500 filings."""
    chance = random.Random(1)
    over = threading.Event()
    killed: list[str] = []

    def killer() -> None:
        while not over.wait(chance.uniform(0.4, 1.6)):
            killed.append(running.kill_one(chance))

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        acknowledged, answers = file_many(running, 500, 8)
    finally:
        over.set()
        thread.join()
    server.wait_for(running.port)
    lost = inside.unreadable(acknowledged)
    counted = {name: killed.count(name) for name in sorted(set(killed))}
    return {
        "filings": len(answers),
        "killed": counted,
        "acknowledged": len(acknowledged),
        "acknowledged but not whole": lost or 0,
    }


def officer_cookies(running: server.Server) -> dict[str, str]:
    """A session with an opened vault of the demonstration's first officer."""
    from django.core import signing
    from django.test import Client

    from complaints.models import Officer
    from complaints.services.officers import unlock_vault
    from complaints.sessions import start_vault
    from organization.portal_data import demonstration_password

    officer = Officer.objects.select_related("user").get(user__username="integrity")
    browser = Client()
    browser.force_login(officer.user)
    token = start_vault(officer, unlock_vault(officer, demonstration_password()))
    signed = signing.TimestampSigner(salt="complaints.vault").sign(token)
    return {"sessionid": browser.cookies["sessionid"].value, "vault": signed}


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
