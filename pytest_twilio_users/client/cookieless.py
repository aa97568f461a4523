"""httpx's clients without cookies."""

from typing import Any

import httpx


class NoCookies(httpx.Cookies):
    """Stays empty: these operations need no cookies, and looking for them costs time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave the answer's cookies where they are."""


class _Cookieless:
    @property
    def cookies(self) -> httpx.Cookies:
        """None, ever."""
        return NoCookies()

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        """Keep none."""


class CookielessClient(_Cookieless, httpx.Client):
    """An `httpx.Client` that keeps no cookies."""


class CookielessAsyncClient(_Cookieless, httpx.AsyncClient):
    """An `httpx.AsyncClient` that keeps no cookies."""
