"""What `make run` serves, with addresses that fail on purpose."""

from ita_portal.settings import *

SECRET_KEY = "a key of the tests, used nowhere else"
ROOT_URLCONF = "tests.browser.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_ROOT = BASE_DIR / "tests" / "vendor"  # axe, for the browsers to keep
WHITENOISE_MAX_AGE = 3600
SILENCED_SYSTEM_CHECKS = ["urls.W005"]
