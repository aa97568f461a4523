"""Broken clients: how they list users."""

# ruff: noqa: D102  # what a method is for, the good client says

from collections.abc import Iterable
from typing import Any

from contract.broken_clients.good import GoodClient
from contract.broken_clients.promises import breaks


@breaks("pages_are_followed")
class ReadsTheFirstPage(GoodClient):
    """A list is one page."""

    def next_url(self, meta: dict[str, Any]) -> str | None:
        return None


@breaks("pages_are_followed")
class DropsTheLastPage(GoodClient):
    """The loop ends before the last page is read into the list."""

    def page(self, url: str) -> Any:
        page = super().page(url)
        last = page["meta"]["page"] and not page["meta"]["next_page_url"]
        return page | {"users": []} if last else page


@breaks("pages_are_followed")
class CountsPages(GoodClient):
    """Page 1 is asked for by its number, without the token, until a page is empty."""

    def next_url(self, meta: dict[str, Any]) -> str | None:
        if meta["next_page_url"] is None:
            return None
        return f"{meta['first_page_url'].partition('?')[0]}?Page={meta['page'] + 1}"


@breaks("pages_are_followed")
class ReadsAPageTwice(GoodClient):
    """What a retry brought is added to what was there."""

    def page(self, url: str) -> Any:
        page = super().page(url)
        return page | {"users": page["users"] * (1 + bool(page["meta"]["page"]))}


@breaks("pages_are_followed")
class StopsAtAShortPage(GoodClient):
    """A page with fewer users than asked for is taken for the last."""

    def page(self, url: str) -> Any:
        page = super().page(url)
        if len(page["users"]) < 50:
            page["meta"]["next_page_url"] = None
        return page


@breaks("pages_are_followed")
class ListsBackwards(GoodClient):
    """The newest user comes first."""

    def list(self, service_sid: str | None, **given: Any) -> Iterable[Any]:
        return reversed([*super().list(service_sid, **given)])


@breaks("pages_survive_changes")
class CountsItsWay(GoodClient):
    """To read the third page it walks there from the first, and counts."""

    def list(self, service_sid: str | None, **given: Any) -> Iterable[Any]:
        found: list[Any] = []
        number = 0
        while number is not None:
            url: str | None = self.users(service_sid)
            for _ in range(number + 1):
                page = self.page(url) if url else {"users": [], "meta": {"next_page_url": None}}
                url = self.next_url(page["meta"])
            found += page["users"]
            number = number + 1 if url else None
        return found


@breaks("page_size_in_bounds")
class AsksForAllAtOnce(GoodClient):
    """The limit is the page's size, however large."""

    def query(self, limit: int | None, page_size: int) -> dict[str, Any]:
        return {"PageSize": limit or page_size}


@breaks("page_size_in_bounds")
class AsksForAThousand(GoodClient):
    """A thousand was the documented maximum once."""

    def query(self, limit: int | None, page_size: int) -> dict[str, Any]:
        return {"PageSize": min(limit or 1_000, 1_000)}


@breaks("limit_is_kept")
class IgnoresTheLimit(GoodClient):
    """All users are listed."""

    def list(self, service_sid: str | None, **given: Any) -> Iterable[Any]:
        return super().list(service_sid)


@breaks("limit_is_kept")
class RoundsTheLimitUp(GoodClient):
    """A page is listed whole."""

    def list(self, service_sid: str | None, limit: int | None = None, **_: Any) -> Iterable[Any]:
        return super().list(service_sid, limit=limit and limit + limit % 2)


@breaks("limit_is_kept")
class ListsOnePageForALimit(GoodClient):
    """The limit is the page's size, and a page may be smaller."""

    def list(self, service_sid: str | None, limit: int | None = None, **_: Any) -> Iterable[Any]:
        if limit is None:
            return super().list(service_sid)
        return self.page(f"{self.users(service_sid)}?PageSize={min(limit, 50)}")["users"]


@breaks("foreign_links_get_no_credentials")
class FollowsAnyLink(GoodClient):
    """A link is a link."""

    def next_url(self, meta: dict[str, Any]) -> str | None:
        return meta["next_page_url"]
