"""Tasks that are done behind the web application's back: creating, deleting, answering, sending.

    celery --app tasks worker

Each task may run twice, in another process, or not at all when its message is lost: what is to be done stands in the
store, and a worker that starts takes up what is left over. The messages of the queue hold names and ids, and no text.
"""

import logging
import os
from functools import lru_cache
from typing import Any

import store
from celery import Celery, Task
from celery.signals import worker_ready

from greenapi_partner import (
    GreenApiError,
    InstanceClient,
    OutcomeUnknownError,
    PartnerClient,
    UnauthorizedError,
)

# Without these two nothing starts: with no token anybody could post what they like.
PUBLIC_URL, WEBHOOK_TOKEN = os.environ["PUBLIC_URL"], os.environ["WEBHOOK_TOKEN"]
if not WEBHOOK_TOKEN:
    raise SystemExit("WEBHOOK_TOKEN is empty")

log = logging.getLogger("service")
# Made once; each process that Celery forks has connections of its own. With a store, several hosts create a name once.
partner = PartnerClient(store=os.environ.get("STORE"))

app = Celery("service", broker=os.environ.get("BROKER", f"sqla+sqlite:///{store.DATA.absolute()}/queue.db"))
app.conf.update(
    task_acks_late=True,  # At least once, whichever process dies.
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)
if "BROKER" not in os.environ:
    # Kombu makes the queue in a new file. Where two processes do so at once, one of them ends.
    with store.turn("the queue"), app.connection_for_write() as connection:
        connection.SimpleQueue(app.conf.task_default_queue).close()

LOOK_AGAIN = 10 * 60
"""Seconds until a creation whose outcome is unknown is looked for once more: what has taken effect is listed then."""


@app.task(bind=True, max_retries=None)
def settle(task: "Task[..., None]", name: str) -> None:
    """Brings about what the customer wants: one instance, or none."""
    with store.turn(name):
        customer = store.customer(name)
        if customer is None:
            return
        try:
            if customer.wanted:
                store.settled(name, True, create(name))
            else:
                delete(name, customer.id_instance)
                store.settled(name, False, None)
        except GreenApiError as error:
            raise again(task, error) from None


def create(name: str) -> int | None:
    """The instance of that name, or a new one: what another try has created is found by its name."""
    shop = partner.ensure_instance(
        name=name,
        webhook_url=f"{PUBLIC_URL}/webhook",
        webhook_url_token=WEBHOOK_TOKEN,
        incoming_webhook=True,
        state_webhook=True,
    )
    return shop.id_instance


def delete(name: str, id_instance: int | None) -> None:
    """Deletes what has that name: also an instance whose creation nobody lived to write down."""
    ids = {one.id_instance for one in partner.get_instances().live if one.name == name}
    for id in ids | ({id_instance} if id_instance else set()):
        partner.offboard(id)


@app.task
def handle(id: str) -> None:
    """Answers a message that came in. Here stands what your product does with it."""
    if message := store.unhandled(id):
        name, chat, text = message
        send.delay(store.answer(id, name, chat, f"You wrote: {text}" if text else "I can only read text."))


@app.task(bind=True, max_retries=None)
def send(task: "Task[..., None]", id: str) -> None:
    """Sends a message once. If nobody can know whether it was, it stays `sending` or `unknown`: look, then decide."""
    if (message := store.begin(id)) is None:
        return
    name, chat, text = message
    customer = store.customer(name)
    if customer is None or customer.id_instance is None:
        return store.end(id, "failed")  # The customer has left.
    try:
        try:
            instance(customer.id_instance).send_message(chat, text)
        except UnauthorizedError:  # So it was not sent. The instance's token may be another by now.
            instance.cache_clear()
            instance(customer.id_instance).send_message(chat, text)
    except OutcomeUnknownError:
        store.end(id, "unknown")
        raise
    except GreenApiError as error:
        store.end(id, "waiting" if error.retryable else "failed")
        raise again(task, error) from None
    store.end(id, "sent")


@lru_cache(maxsize=1000)
def instance(id_instance: int) -> InstanceClient:
    """The client of an instance. Its token comes from the list, and is kept in memory only."""
    return partner.instance(partner.get_instance(id_instance))


def again(task: "Task[..., None]", error: GreenApiError) -> Exception:
    """What to raise: the task is put off where that helps, and fails for somebody to look at where it does not."""
    if isinstance(error, OutcomeUnknownError):
        delay: float = LOOK_AGAIN
    elif error.retryable:
        delay = error.retry_after or 30
    else:
        return error
    log.warning("%s; again in %s s", error, delay)
    return task.retry(countdown=delay, throw=False)


@worker_ready.connect
def take_up(**_: Any) -> None:
    """Does what another worker, or its queue, has left."""
    for task, left in zip((settle, handle, send), store.left_over(), strict=True):
        for one in left:
            task.delay(one)
