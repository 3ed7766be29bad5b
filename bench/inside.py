"""What runs within the portal's process: fill a database, count queries and bytes, publish again and again.

`python -m bench.inside fill 100 | pages | count | publish PORT`, with BENCH_DATABASE set; prints JSON.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
PUBLICATIONS = 100


def main(act: str, *words: str) -> None:
    import django

    django.setup()
    acts: dict[str, Callable[..., object]] = {"fill": _fill, "pages": _pages, "count": _count, "publish": _publish}
    answer = acts[act](*words)
    print(json.dumps(answer))


def _fill(size: str) -> dict[str, int]:
    from django.core.management import call_command

    from measures.models import ProgressVersion

    from .data import fill

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill(int(size))
    return {"published reports": ProgressVersion.objects.count()}


def _pages() -> list[str]:
    from measures.models import Measure

    measure = Measure.objects.filter(area__plan__fiscal_year=2567).order_by("pk").first()
    year = "/measures/2567/"
    pages = ["/", "/measures/", year, f"{year}areas/5/", f"{year}measures/{measure.public_id if measure else ''}/"]
    pages += [f"{year}figures/", f"{year}versions/", f"{year}?status=done", "/en/measures/2567/", "/accessibility/"]
    return pages + [f"{year}{name}" for name in ("plan.json", "report.json", "plan.csv", "plan.pdf", "report.docx")]


def _count() -> dict[str, list[int]]:
    """Page → queries when it is made, queries when it is kept, bytes compressed."""
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_ACCEPT_ENCODING="gzip", HTTP_HOST="127.0.0.1")
    counted = {}
    for page in _pages():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as made:
            response = client.get(page)
        with CaptureQueriesContext(connection) as kept:
            client.get(page)
        counted[page] = [len(made), len(kept), len(response.content)]
    return counted


def _publish(port: str) -> dict[str, int]:
    """Publish and ask at once, a hundred times: how often the very next answer shows it."""
    from measures.models import Measure
    from measures.services import publish_progress, save_progress
    from organization.people import portal_user

    by = portal_user()
    measure = Measure.objects.filter(area__plan__fiscal_year=2567, area__number=1).get()
    report = measure.progress.get(quarter=1, division=None)
    seen = 0
    for turn in range(PUBLICATIONS):
        words = f"ประกาศครั้งที่ {turn} จาก {os.getpid()}"
        report = save_progress(
            measure=measure, quarter=1, division=None, by=by, revision=report.revision, status="done", result=words
        )
        publish_progress(reports=[report], by=by)
        report.refresh_from_db()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/measures/2567/areas/1/") as answer:
            seen += words in answer.read().decode()
    return {"published": PUBLICATIONS, "seen on the next request": seen}


if __name__ == "__main__":
    main(*sys.argv[1:])
