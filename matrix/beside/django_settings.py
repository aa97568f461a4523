"""The least that Django needs."""

import os

SECRET_KEY = "made up"  # noqa: S105  # it signs nothing
ROOT_URLCONF = "django_urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
LENT = os.environ.get("TWILIO_ACCOUNT_SID")
