"""Under gevent a call stands every greenlet still, unless it is made in gevent's own pool of threads."""

import child
import pytest

from greenapi_partner.testing import MockServer

pytest.importorskip("gevent", reason="gevent is installed on one Python only")

IMPORTS = "import gevent.monkey; gevent.monkey.patch_all()"

PROGRAM = """
import gevent
from urllib.request import urlopen

def call():
    try:
        print("called:", len({call}))
    except TimeoutError:
        print("called: too late")

def meanwhile():
    print("meanwhile")
    urlopen("{url}/_mock/requests/wait?method=getInstances&outcome={outcome}").read()
    urlopen("{url}/_mock/release", b"").read()

gevent.joinall([gevent.spawn(call), gevent.spawn(meanwhile)])
"""


def test_a_call_stands_every_greenlet_still(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    call = "partner.get_instances(timeout=0.2)"
    program = child.run(PROGRAM.format(call=call, url=mock.url, outcome="hung_up"), mock, imports=IMPORTS)
    assert program.stdout.splitlines() == ["called: too late", "meanwhile"], program.stderr


def test_a_call_in_the_pool_of_threads_lets_them_run(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    call = "gevent.get_hub().threadpool.apply(partner.get_instances)"
    program = child.run(PROGRAM.format(call=call, url=mock.url, outcome="held"), mock, imports=IMPORTS)
    assert program.stdout.splitlines() == ["meanwhile", "called: 0"], program.stderr
