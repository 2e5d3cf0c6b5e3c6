"""A forked child may go on with its parent's clients: it gets threads and sockets of its own, and never hangs."""

from pathlib import Path

import child
import pytest

from greenapi_partner.testing import MockServer

IN_CHILD = (
    child.IN_CHILD
    + """
def waited_for():
    print("waited for", len(partner.get_instances()))

def awaited():
    print("awaited", len(asyncio.run(async_partner.get_instances())))

"""
)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("parents", ["waited_for", "awaited"])
@pytest.mark.parametrize("childs", ["waited_for", "awaited"])
def test_both_clients_work_in_a_child_of_a_parent_that_used_them(mock: MockServer, parents: str, childs: str) -> None:
    program = child.run(f"{IN_CHILD}\n{parents}()\nin_child({childs})\n{parents}()", mock)
    words = {"waited_for": "waited for 0", "awaited": "awaited 0"}
    assert program.stdout.splitlines() == [words[parents], words[childs], "child 0", words[parents]], program.stderr


def test_a_child_has_connections_of_its_own(mock: MockServer) -> None:
    program = child.run(f"{IN_CHILD}\nwaited_for()\nin_child(waited_for)\nwaited_for()", mock)
    assert program.returncode == 0
    parents, childs, parents_again = (request["connection"] for request in mock.requests("getInstances"))
    assert parents == parents_again != childs


def test_a_closed_client_is_closed_in_the_child(mock: MockServer) -> None:
    program = child.run(f"{IN_CHILD}\npartner.close()\nin_child(lambda: print(partner.closed))", mock)
    assert program.stdout.splitlines() == ["True", "child 0"]


def test_a_child_may_fork_again(mock: MockServer) -> None:
    program = child.run(f"{IN_CHILD}\nwaited_for()\nin_child(lambda: (waited_for(), in_child(waited_for)))", mock)
    assert program.stdout.splitlines() == ["waited for 0", "waited for 0", "waited for 0", "child 0", "child 0"]


def test_a_server_of_the_parent_outlives_a_child(mock: MockServer) -> None:
    code = """
    from greenapi_partner.testing import MockServer
    server = MockServer()
    client = PartnerClient(server.partner_token, partner_api_url=server.url)
    in_child(lambda: (print(len(client.get_instances())), server.close()))
    print(len(client.get_instances()))
    """
    program = child.run(IN_CHILD + "\n" + "\n".join(line[4:] for line in code.splitlines()), mock)
    assert program.stdout.splitlines() == ["0", "child 0", "0"], program.stderr


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_instances_clients_work_in_a_child(mock: MockServer) -> None:
    made = mock.add_instance(name="shop-42")
    id_instance, token = made["idInstance"], made["apiTokenInstance"]
    code = f"""
    from greenapi_partner import AsyncInstanceClient, InstanceClient
    options = dict(api_url={mock.url!r}, pacing=False)
    shop = InstanceClient({id_instance}, {token!r}, **options)
    async_shop = AsyncInstanceClient({id_instance}, {token!r}, **options)
    of_partner = partner.instance({id_instance}, {token!r}, {mock.url!r})
    def ask():
        states = shop.get_state_instance(), asyncio.run(async_shop.get_state_instance())
        print(*states, of_partner.api_url == shop.api_url)
    ask()
    in_child(ask)
    ask()
    """
    mock.set_options(instance_rate_limits=False)
    program = child.run(IN_CHILD + "\n" + "\n".join(line[4:] for line in code.splitlines()), mock)
    line = "notAuthorized notAuthorized True"
    assert program.stdout.splitlines() == [line, line, "child 0", line], program.stderr


def test_a_store_is_there_for_a_child_that_is_born_while_a_thread_uses_it(mock: MockServer, tmp_path: Path) -> None:
    """SQLite would give it the locks that the thread has just then, for good."""
    code = f"""
store = PartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r}, store={str(tmp_path / "shops")!r})
is_over = threading.Event()

def use():
    number = 0
    while not is_over.is_set():
        store.ensure_instance(name=f"parents-{{number}}")
        number += 1

store.ensure_instance(name="warm")
using = threading.Thread(target=use)
using.start()
for number in range(40):
    in_child(lambda: store.ensure_instance(name=f"childs-{{number}}"))
is_over.set()
using.join()
"""
    program = child.run(f"{IN_CHILD}\n{code}", mock)
    assert program.stdout.splitlines() == ["child 0"] * 40, program.stderr
    names = [one["name"] for one in mock.instances()]
    assert len(names) == len(set(names))
    assert {f"childs-{number}" for number in range(40)} < set(names)
