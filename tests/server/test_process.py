"""`twilio-users serve`, as tests in any language meet it: a process, a URL, and signals."""

import json
import random
import resource
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import settings

from pytest_twilio_users import UsersClient
from pytest_twilio_users.state_machine import run_state_machine
from pytest_twilio_users.transports.asgi import MAX_BODY

SERVICE = "IS" + "5" * 32
AUTH = ("AC" + "a" * 32, "a secret of the application")
CONTROL = "/__twilio_users__"


def test_it_serves_until_it_is_told_to_stop(serve):
    """One line on standard output, answers, and a clean end at SIGTERM."""
    process = serve()
    users = httpx.get(f"{process.url}/v1/Users", auth=AUTH).json()
    assert users["meta"]["url"].startswith(f"{process.url}/v1/Users?")
    assert process.close() == (0, "")
    assert process.log == ["list_user: GET /v1/Users -> 200"]


def test_interrupting_is_a_clean_end_too(serve):
    """SIGINT, as Ctrl+C sends it: no traceback."""
    process = serve()
    process.signal(signal.SIGINT)
    assert process.wait() == 0
    assert process.log == []


def test_it_begins_with_what_it_is_given(serve, tmp_path):
    """Account, token, services, page size and users."""
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps([{"identity": n, "service_sid": SERVICE} for n in "abc"]))
    account_sid = "AC" + "1" * 32
    process = serve(
        *("--account-sid", account_sid, "--auth-token", "token", "--service-sid", SERVICE),
        *("--service-sid", SERVICE.replace("5", "6"), "--max-page-size", "2", "--seed", str(seed)),
    )
    auth = (account_sid, "token")
    with httpx.Client(base_url=f"{process.url}/v1/Services", auth=auth) as http:
        page = http.get(f"/{SERVICE}/Users").json()
        assert [user["identity"] for user in page["users"]] == ["a", "b"]
        assert page["users"][0]["account_sid"] == account_sid
        assert http.get(f"/{SERVICE.replace('5', '6')}/Users").status_code == 200
        assert http.get(f"/{SERVICE.replace('5', '7')}/Users").status_code == 404
        assert http.get(f"/{SERVICE}/Users", auth=(account_sid, "wrong")).status_code == 401


def test_it_has_limits_if_it_is_told(serve):
    """Of requests at once, and of changes in a second."""
    process = serve("--rate-limit", "12", "--concurrency-limit", "5")
    with httpx.Client(base_url=process.url, auth=AUTH) as http:

        def create(name):
            return http.post("/v1/Users", data={"Identity": str(name)}).json().get("code")

        with ThreadPoolExecutor(max_workers=20) as threads:
            assert 20429 in list(threads.map(create, range(20)))
        with ThreadPoolExecutor(max_workers=5) as threads:
            assert 50063 in list(threads.map(create, range(20, 40)))


def test_the_environment_gives_what_options_do(serve, tmp_path, monkeypatch):
    """For a container: its options, and the settings of the stub."""
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps([{"identity": n, "service_sid": SERVICE} for n in "abc"]))
    account_sid = "AC" + "1" * 32
    given = {"HOST": "localhost", "PORT": "0", "ALLOW_REMOTE": "yes", "ACCOUNT_SID": account_sid}
    given |= {"AUTH_TOKEN": "token", "CONTROL_TOKEN": "sesame", "SEED": str(seed)}
    given |= {"SERVICE_SIDS": SERVICE, "MAX_PAGE_SIZE": "2", "JOURNAL_LIMIT": "1"}
    given |= {"NEIGHBOURS": "yes"}
    for name, text in given.items():
        monkeypatch.setenv(f"TWILIO_USERS_{name}", text)
    process = serve()
    with httpx.Client(base_url=process.url, auth=(account_sid, "token")) as http:
        page = http.get(f"/v1/Services/{SERVICE}/Users").json()
        assert [user["identity"] for user in page["users"]] == ["a", "b"]
        assert http.get(f"/v1/Services/{SERVICE.replace('5', '7')}/Users").status_code == 404
        assert http.get("/v1/Users", auth=(account_sid, "wrong")).status_code == 401
        assert http.get("/v1/Roles").status_code == 200
        sesame = {"authorization": "Bearer sesame", "host": "twilio-stub"}
        journal = http.get(f"{CONTROL}/journal", auth=None, headers=sesame).json()
        assert [exchange["number"] for exchange in journal["exchanges"]] == [4]


def test_it_answers_for_neighbours_if_told_to(serve, tmp_path):
    """Loosely, as its log says; a seed may have them."""
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps([{"neighbour": "conversations", "unique_name": "lobby"}]))
    process = serve("--neighbours", "--seed", str(seed))

    assert httpx.get(f"{process.url}/v1/Conversations/lobby", auth=AUTH).status_code == 200
    assert process.close() == (0, "")
    assert process.log == ["conversations: GET /v1/Conversations/lobby -> 200 (loose: no evidence)"]


def test_tests_control_it(serve):
    """With the token: add users, look at them and at the journal, begin anew."""
    process = serve("--control-token", "sesame")
    sesame = {"authorization": "Bearer sesame"}
    with httpx.Client(base_url=process.url + CONTROL, headers=sesame) as control:
        assert control.post("/seed", json=[{"identity": "ada"}]).status_code == 201
        httpx.get(f"{process.url}/v1/Users/ada", auth=AUTH)
        state, journal = (control.get(f"/{name}").json() for name in ("state", "journal"))
        assert [user["identity"] for user in state["users"]] == ["ada"]
        assert [exchange["operation"] for exchange in journal["exchanges"]] == ["fetch_user"]
        assert control.post("/reset").status_code == 204
        assert control.get("/state").json()["users"] == []
    assert httpx.post(f"{process.url}{CONTROL}/reset").status_code == 401


def test_containers_control_it(serve):
    """By whatever name they reach it, with the token; without one nobody does."""
    everywhere = ("--host", "0.0.0.0", "--allow-remote")  # noqa: S104  # as a container does
    served, silent = serve(*everywhere, "--control-token", "sesame"), serve(*everywhere)
    by_name = {"host": "twilio-stub:8000", "authorization": "Bearer sesame"}
    for process, status in ((served, 204), (silent, 403)):
        reset = f"http://127.0.0.1:{process.port}{CONTROL}/reset"
        assert httpx.post(reset, headers=by_name).status_code == status


def test_a_name_that_a_web_page_chose_is_refused(served):
    """The ten operations are: the page could read and change the users."""
    answer = httpx.get(f"{served.url}/v1/Users", auth=AUTH, headers={"host": "evil.example"})
    assert answer.status_code == 403
    assert answer.json()["code"] == 20403


def test_fifty_clients_lose_nothing(serve):
    """1,000 requests on 50 connections, all operations mixed: no error, and no write is lost."""
    process = serve()

    def work(client: int) -> dict[str, str | None]:
        expected: dict[str, str | None] = {}
        draw = random.Random(client)  # noqa: S311  # to mix operations
        with UsersClient(*AUTH, base_url=process.url) as users:
            for turn in range(20):
                identity = f"{client}-{draw.randrange(4)}"
                if identity not in expected:
                    users.create_user(identity)
                    expected[identity] = None
                elif draw.random() < 0.3:
                    users.delete_user(identity)
                    del expected[identity]
                elif draw.random() < 0.5:
                    users.update_user(identity, friendly_name=str(turn))
                    expected[identity] = str(turn)
                else:
                    assert users.fetch_user(identity).friendly_name == expected[identity]
        return expected

    with ThreadPoolExecutor(50) as threads:
        expected = {k: v for part in threads.map(work, range(50)) for k, v in part.items()}
    state = httpx.get(f"{process.url}{CONTROL}/state").json()
    assert {user["identity"]: user["friendly_name"] for user in state["users"]} == expected
    journal = httpx.get(f"{process.url}{CONTROL}/journal").json()["exchanges"]
    assert len(journal) == 1_000
    assert {exchange["status"] for exchange in journal} <= {200, 201, 204}


def test_random_operations_agree_with_a_dictionary(serve):
    """The state machine's model and the served stub never differ."""
    process = serve()
    with UsersClient(*AUTH, base_url=process.url) as client:
        run_state_machine(client, settings=settings(max_examples=15, stateful_step_count=20))


def test_every_accepted_request_is_answered(serve):
    """SIGTERM under load: who has sent a request on an open connection gets its answer."""
    process = serve()
    broken, refused = [], threading.Event()
    started = threading.Barrier(9)

    def load() -> int:
        answered = 0
        connection = None
        while True:
            if connection is None:
                try:
                    connection = socket.create_connection(("127.0.0.1", process.port), timeout=5)
                except OSError:
                    refused.set()
                    return answered
            try:
                connection.sendall(b"GET /v1/Users HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
                answer = _read(connection)
            except OSError as error:
                answer = repr(error).encode()
            if not answer.startswith(b"HTTP/1.1 401"):
                broken.append(answer)
                return answered
            answered += 1
            if answered == 20:
                started.wait()
            if b"connection: close" in answer:
                connection.close()
                connection = None

    with ThreadPoolExecutor(8) as threads:
        loads = [threads.submit(load) for _ in range(8)]
        started.wait()
        process.signal(signal.SIGTERM)
        answered = sum(one.result() for one in loads)
    assert (process.wait(), broken, refused.is_set()) == (0, [], True)
    assert len(process.log) == answered


def _read(connection: socket.socket) -> bytes:
    """An answer with its body."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = connection.recv(65_536)
        if not part:
            return answer
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_a_body_over_a_mebibyte_is_refused(served, chunked):
    """413, and the connection goes on."""
    content = iter([b"a" * 65_536] * 20) if chunked else b"a" * (MAX_BODY + 1)
    with httpx.Client(base_url=served.url, auth=AUTH) as http:
        assert http.post("/v1/Users", content=content).status_code == 413
        assert http.get("/v1/Users").status_code == 200


def test_a_refusal_comes_before_the_body(served):
    """Who declares too much is told so without having sent it."""
    head = f"POST /v1/Users HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {MAX_BODY + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
        connection.sendall(head.encode())
        assert _read(connection).startswith(b"HTTP/1.1 413")


def test_a_connection_is_kept(served):
    """Two requests, one connection, without being asked to keep it."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
        for _ in range(2):
            connection.sendall(b"GET /v1/Users HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            assert _read(connection).startswith(b"HTTP/1.1 401")


def test_it_starts_fast(serve):
    """Tests wait for it: a second is much."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    serve().close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 5  # of the processor, which others use, too
