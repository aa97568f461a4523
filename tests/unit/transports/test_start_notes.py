"""transports/start_notes.py: which threads are begun, and given work."""

import threading
from concurrent.futures import ThreadPoolExecutor

from pytest_twilio_users.transports.start_notes import ThreadNote, WorkNote


def test_a_thread_is_noted_before_it_begins():
    """And begins as ever."""
    noted, ran = [], []
    note = ThreadNote(noted.append)
    note.start()
    thread = threading.Thread(target=ran.append, args=[1])
    thread.start()
    thread.join()
    note.stop()
    assert (noted, ran) == ([thread], [1])


def test_work_is_noted_and_done():
    """With what it is given; afterwards it is not noted any more."""
    noted = []

    def note_it(work):
        noted.append(work)
        return work

    note = WorkNote(note_it)
    note.start()
    kept = ThreadPoolExecutor.submit
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
        note.stop()
        assert kept(pool, divmod, 7, 3).result() == (2, 1)
    assert noted == [divmod]
