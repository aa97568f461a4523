"""The console script as a module: `python -m pytest_twilio_users`."""

from pytest_twilio_users.cli import main

raise SystemExit(main())
