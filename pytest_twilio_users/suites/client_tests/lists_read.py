"""How a client lists users, as tests.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users.contract.operations import LARGEST_PAGE, PAGE_SIZE, Action
from pytest_twilio_users.suites.client_tests.examination import Examination, empty_page, shared
from pytest_twilio_users.suites.promises import promise


class ListsRead:
    """The promises of a client about its lists."""

    @promise("pages_are_followed")
    @shared
    @given(count=st.integers(0, 5))
    def test_pages_are_followed(self, twilio_users_examination: Examination, count: int) -> None:
        """All users are listed, in order, each once."""
        examination = twilio_users_examination
        expected = [examination.add_user().identity for _ in range(count)]
        listed = [user["identity"] for user in examination.listed()]
        assert listed == expected, (
            f"{examination.journal}\nThe client listed {listed}, expected {expected}"
        )

    @promise("pages_survive_changes")
    @shared
    @given(
        users=st.integers(3, 5),
        changes=st.lists(
            st.tuples(st.sampled_from(["create", "delete"]), st.integers(0, 4)), max_size=3
        ),
    )
    def test_pages_survive_changes(
        self, twilio_users_examination: Examination, users: int, changes: list[tuple[str, int]]
    ) -> None:
        """Users come and go between the pages; who stays is listed once."""
        examination = twilio_users_examination
        stay = {user.identity: user for user in (examination.add_user() for _ in range(users))}
        left = iter(changes)

        def change() -> None:
            kind, index = next(left, ("", 0))
            if kind == "create":
                examination.add_user()
            elif kind == "delete" and index < len(stay):
                examination.remove_user(stay.pop(list(stay)[index]))

        listed = examination.listed(between_pages=change)
        times = Counter(user["identity"] for user in listed)
        repeated = [identity for identity, count in times.items() if count > 1]
        dropped = [identity for identity in stay if identity not in times]
        assert not repeated, f"{examination.journal}\nThe client listed more than once: {repeated}"
        assert not dropped, f"{examination.journal}\nThe client did not list: {dropped}"

    @promise("page_size_in_bounds")
    @shared
    @given(limit=st.none() | st.integers(1, 2_000))
    def test_the_page_size_is_in_bounds(
        self, twilio_users_examination: Examination, limit: int | None
    ) -> None:
        """No limit makes a page larger than Twilio's documents allow."""
        examination = twilio_users_examination
        given: dict[str, Any] = {} if limit is None else {"limit": limit}
        examination.listed(**given)
        for exchange in examination.journal:
            text = exchange.parameters.get(PAGE_SIZE.name, "50")
            assert text.isdecimal(), f"{exchange}\nPageSize is not a number"
            assert 1 <= int(text) <= LARGEST_PAGE, f"{exchange}\nallowed: 1 to 50"

    @promise("limit_is_kept")
    @shared
    @given(users=st.integers(0, 5), limit=st.integers(1, 6))
    def test_a_limit_is_kept(
        self, twilio_users_examination: Examination, users: int, limit: int
    ) -> None:
        """So many users are listed, or all if there are fewer."""
        examination = twilio_users_examination
        expected = [examination.add_user().identity for _ in range(users)][:limit]
        listed = [user["identity"] for user in examination.listed(limit=limit)]
        assert listed == expected, (
            f"{examination.journal}\nThe client listed {listed}, expected {expected}"
        )

    @promise("foreign_links_get_no_credentials")
    def test_a_foreign_link_gets_no_credentials(
        self, twilio_users_examination: Examination
    ) -> None:
        """A page links to another host, which then knows nothing of the account."""
        examination = twilio_users_examination
        with foreign_host() as host:
            link = f"{host.origin}/v1/Users?PageSize=50&Page=1&PageToken=PT1"
            examination.answer(Action.LIST, empty_page(next_page_url=link))
            with suppress(Exception):  # to refuse the link is one way to keep the promise
                examination.ask(Action.LIST)
            assert not any(host.visits), f"The client sent its credentials to {host.origin}"


class ForeignHost(HTTPServer):
    """Answers any GET with an empty last page."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.visits: list[bool] = []

    @property
    def origin(self) -> str:
        """Its scheme, host and port."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Note whether there were credentials; answer with nobody."""
        visits = cast("ForeignHost", self.server).visits
        visits.append("authorization" in self.headers)
        page = empty_page(next_page_url=None)
        self.send_response(page.status)
        for name, value in page.headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  # its name
        """Log nothing."""


@contextmanager
def foreign_host() -> Iterator[ForeignHost]:
    """Serve from a thread of its own."""
    with ForeignHost() as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()
