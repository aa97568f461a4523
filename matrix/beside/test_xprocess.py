"""Another process asks the served stub."""

import sys

import made
from xprocess import ProcessStarter


ASKS = """
import sys, httpx
httpx.post(sys.argv[1], data={"Identity": "joan"}, auth=("AC" + 32 * "a", "any"))
print("asked")
input()
"""


def test_another_process(twilio_users, twilio_users_server, xprocess, mess):
    made.look(twilio_users)

    class Starter(ProcessStarter):
        pattern = "asked"
        timeout = 20
        args = (sys.executable, "-uc", ASKS, f"{twilio_users_server}/v1/Users")

    xprocess.ensure("asks", Starter)
    xprocess.getinfo("asks").terminate()
    assert "joan" in [user.identity for user in twilio_users.users()]
    mess()
