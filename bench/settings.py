"""The portal's settings with a database of the benchmark's own, and an empty view beside the portal's addresses."""

import os

from ita_portal.settings import *

PORTAL_DATABASE = os.environ.get("BENCH_DATABASE", "ita_bench_1")
DATABASES = {"default": {**DATABASES["default"], "NAME": PORTAL_DATABASE}}
ROOT_URLCONF = "bench.urls"
MEDIA_ROOT = PORTAL_VAR / "bench" / "media"
