"""Hides private values in what HTTP libraries log of requests."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOGGERS = (
    *("httpx", "httpx2", "urllib3.util.retry"),
    *("twilio.http_client", "twilio.async_http_client"),
)
"""Those that log paths, in which identities stand."""

_WHO = re.compile(
    r"(?<=/Users/)(?!(?:US[0-9a-fA-F]{32}|text-[0-9]+)(?:[ ?/\"]|\Z)).+?(?= \"HTTP/|\Z)", re.DOTALL
)
"""A user in a path that is neither a SID nor a stand-in: some log before a request is read."""


@contextmanager
def hidden_logs(hide: Callable[[str], str]) -> Iterator[None]:
    """Have these libraries log stand-ins, whoever writes it where."""

    def hide_record(record: logging.LogRecord) -> bool:
        record.msg, record.args = _WHO.sub("…", hide(record.getMessage())), ()
        return True

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(hide_record)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(hide_record)
