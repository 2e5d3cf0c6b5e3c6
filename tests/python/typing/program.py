"""A user's program, for the type checkers: nothing here is run."""

import asyncio
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from typing_extensions import assert_never, assert_type

from greenapi_partner import (
    AnyContent,
    AnyNotification,
    AsyncBulkRun,
    AsyncEvents,
    AsyncInstanceClient,
    AsyncPartnerClient,
    AsyncRun,
    AsyncWatch,
    AuthorizationCode,
    Authorized,
    Billing,
    BulkItem,
    BulkRun,
    Change,
    Created,
    CreatedInstance,
    DayCost,
    Delivery,
    Duplicate,
    EnsuredInstance,
    Event,
    Events,
    FileContent,
    GreenApiError,
    IncomingBlock,
    IncomingMessageReceived,
    Inspection,
    InspectionGroup,
    InspectionGroups,
    Instance,
    InstanceClient,
    Instances,
    Journal,
    Ledger,
    LocationContent,
    PartnerClient,
    PasskeyRequired,
    PasswordNeeded,
    Progress,
    QrCode,
    QuotaExceeded,
    RateLimitedError,
    RequestTimeoutError,
    Run,
    Saving,
    SentMessage,
    Settings,
    SettingsNotKept,
    StateChange,
    StateInstanceChanged,
    StateInstances,
    Store,
    Table,
    UnreadableNotification,
    Waiting,
    Waste,
    Watch,
    WebhookEvent,
    parse_notification,
    qr_page_url,
    show_in_terminal,
    verify_event,
)
from greenapi_partner.testing import MockServer


def waited_for() -> None:
    with PartnerClient("gac.…", timeout=30, max_retries=0, ca_file=Path("ca.pem")) as partner:
        assert_type(partner, PartnerClient)
        created = partner.create_instance(name="shop-42", incoming_webhook=True, extra={"plan": "pro"}, timeout=5)
        assert_type(created, CreatedInstance)
        assert_type(created.id_instance, int)
        assert_type(created.api_token_instance, str)
        assert_type(created.api_url, str | None)

        instances = partner.get_instances()
        assert_type(instances, Instances)
        as_a_collection: Collection[Instance] = instances
        assert_type(instances[0], Instance)
        assert_type(instances[1:], Instances)
        assert_type(instances.live, Instances)
        assert_type(instances.find(7), Instance | None)
        assert_type([instance.name for instance in as_a_collection], list[str | None])

        one = partner.ensure_instance(name="shop-42", settle=10)
        assert_type(one.time_created, datetime | None)
        assert_type(one.deleted, bool)
        assert_type(one.extra, dict[str, Any])
        assert_type(one.to_dict(include_tokens=True), dict[str, Any])
        partner.delete_instance_account(one.id_instance)
        assert_type(partner.closed, bool)


async def awaited() -> None:
    async with AsyncPartnerClient() as partner:
        assert_type(partner, AsyncPartnerClient)
        assert_type(await partner.create_instance(name="shop-42"), CreatedInstance)
        assert_type(await partner.get_instances(timeout=None), Instances)
        first, second = await asyncio.gather(partner.get_instance(1), partner.get_instance(2))
        assert_type((first, second), tuple[Instance, Instance])
        assert_type(await partner.ensure_instance(name="a"), EnsuredInstance)
        task = asyncio.create_task(partner.get_instances())
        assert_type(await task, Instances)
        await partner.delete_instance_account(first.id_instance)


def refused(partner: PartnerClient) -> None:
    try:
        partner.get_instances()
    except RateLimitedError as error:
        assert_type(error.retry_after, float | None)
    except RequestTimeoutError as error:
        also: TimeoutError = error
        print(also)
    except GreenApiError as error:
        assert_type(error.code, str)
        assert_type(error.retryable, bool)
        assert_type(error.operation, str | None)
        assert_type(error.status, int | None)
        assert_type(error.description, str | None)


def tested(greenapi_mock: MockServer) -> None:
    PartnerClient(greenapi_mock.partner_token, partner_api_url=greenapi_mock.url)
    assert_type(greenapi_mock.requests("createInstance"), list[dict[str, Any]])


def linked(partner: PartnerClient, created: CreatedInstance, listed: Instance) -> None:
    shop = partner.instance(created)
    assert_type(shop, InstanceClient)
    assert_type(partner.instance(listed), InstanceClient)
    assert_type(partner.instance(1101728000, "…", api_url="https://…"), InstanceClient)
    assert_type(shop.get_state_instance(), str)
    assert_type(shop.get_state_instance_history(count=5), list[StateChange])
    assert_type(shop.qr(), QrCode)
    assert_type(shop.qr().text, str | None)
    assert_type(shop.get_settings(), Settings)
    assert_type(shop.get_settings().incoming_webhook, bool | None)
    assert_type(shop.get_state_instance_history()[0].timestamp, datetime | None)
    shop.set_settings(incoming_webhook=True, extra={"new": 1})
    sent = shop.send_message("79001234567@c.us", "Hello", link_preview=False, timeout=5)
    assert_type(sent, SentMessage)
    assert_type(sent.id_message, str)
    shop.send_file_by_upload("79001234567@c.us", b"...", file_name="a.txt")
    shop.send_file_by_upload("79001234567@c.us", Path("a.txt"))
    with Path("a.txt").open("rb") as file:
        shop.set_profile_picture(file)
    assert_type(shop.check_whatsapp(79001234567), bool)
    assert_type(shop.wait_until_ready(reboot_after=None), str)
    assert_type(qr_page_url(shop), str)
    with shop.scan_qr_code() as codes:
        for code in codes:
            assert_type(code, QrCode | PasskeyRequired | PasswordNeeded | Authorized)
    events = partner.onboard(name="shop-42", incoming_webhook=True, phone_number="+7 900 123-45-67")
    assert_type(events, Events[Event])
    assert_type(events.instance, InstanceClient | None)
    for event in events:
        told(event)
    assert_type(show_in_terminal(shop.authorize()), Authorized | None)
    for notification in shop.notifications(receive_timeout=20):
        assert_type(notification, AnyNotification)
        if isinstance(notification, IncomingMessageReceived):
            assert_type(notification.text, str | None)
            assert_type(notification.content, AnyContent)
            written(notification.content)
    assert_type(parse_notification(b"{}", "Bearer …", "…"), AnyNotification)
    received(parse_notification(b"{}"))
    assert_type(verify_event(b"{}", {"webhook-id": "a"}, "whsec_…", tolerance=60), WebhookEvent)
    assert_type(verify_event("{}", [(b"webhook-id", b"a")], "whsec_…").type, str | None)
    for delivered in partner.deliver("https://example.com/events", secret="whsec_…", spool="a", states=True):
        assert_type(delivered, Delivery)
    partner.offboard(shop.id_instance)


def written(content: AnyContent) -> None:
    if content.type_message == "locationMessage":
        assert_type(content, LocationContent)
        assert_type(content.latitude, float | None)
    if isinstance(content, FileContent):
        assert_type(content.caption, str | None)


def received(notification: AnyNotification) -> str | None:
    if notification.type_webhook == "incomingMessageReceived":
        assert_type(notification, IncomingMessageReceived)
        return notification.text
    match notification.type_webhook:
        case "stateInstanceChanged":
            assert_type(notification, StateInstanceChanged)
        case "incomingBlock":
            # Upstream sends a quota that is used up under this name, too.
            assert_type(notification, IncomingBlock | QuotaExceeded)
        case "unreadable":
            assert_type(notification, UnreadableNotification)
        case other:
            return str(other)
    return None


def told(event: Event) -> str:
    if event.type == "created":
        assert_type(event, Created)
        assert_type(event.id_instance, int)
        return event.name
    if event.type == "qrCode":
        assert_type(event, QrCode)
        return event.data_url
    if isinstance(event, Authorized):
        return event.phone or ""
    if isinstance(event, AuthorizationCode):
        return event.code or ""
    if isinstance(event, SettingsNotKept):
        return ", ".join(event.names)
    if isinstance(event, PasskeyRequired):
        assert_type(event.qr_page_url, str)
        return event.message or event.advice
    if isinstance(event, (Waiting, PasswordNeeded)):
        assert_type(event.to_dict(), dict[str, Any])
        return event.state_instance or ""
    assert_never(event)


async def linked_and_awaited(partner: AsyncPartnerClient, created: CreatedInstance) -> None:
    async with partner.instance(created) as shop:
        assert_type(shop, AsyncInstanceClient)
        assert_type(await shop.get_state_instance(), str)
        assert_type(await asyncio.create_task(shop.get_settings()), Settings)
    events = partner.onboard(name="shop-42")
    assert_type(events, AsyncEvents[Event])
    async for event in events:
        told(event)
    assert_type(await show_in_terminal(partner.onboard(name="shop-42")), Authorized | None)
    async with shop.notifications() as notifications:
        async for notification in notifications:
            assert_type(notification.receipt_id, int | None)
            await notifications.ack()


def many(partner: PartnerClient, listed: Instance) -> None:
    run = partner.inspect(history=True, progress=False)
    assert_type(run, Run[Inspection])
    for one in run:
        assert_type(one, Inspection)
        assert_type(one.group, Literal["linked", "waiting", "starting", "restricted", "expired", "unreachable"])
        assert_type(one.group, InspectionGroup)
        if one.group == InspectionGroups.EXPIRED or one.state_instance == StateInstances.NOT_AUTHORIZED:
            print(one.id_instance)
        assert_type(one.error, GreenApiError | None)
        assert_type(one.instance, Instance | None)
    assert_type(run.progress, Progress)
    inspected = run.collect()
    assert_type(inspected, Table[Inspection])
    assert_type(partner.inspect([listed, 1101728000]).collect(), Table[Inspection])
    mixed: list[str | dict[str, Any]] = ["a", {"name": "b", "incoming_webhook": True}]
    partner.create_instances(mixed, journal=Path("a.journal"))
    partner.create_instances([{"name": "b", "incoming_webhook": True}])
    with partner.create_instances(["a"], max_cost="0.5", price_per_day=Decimal(1)) as created:
        assert_type(created, BulkRun)
        for item in created:
            assert_type(item, BulkItem)
            assert_type(item.index, int)
    assert_type(created.report(), Table[BulkItem])
    for double in partner.find_duplicates(price_per_day={"PARTNER_23": "4.50"}, concurrency=8):
        assert_type(double, Duplicate)
        assert_type(double.cost, Decimal | None)
        assert_type(double.plan, Literal["keep", "delete", "leave"])
    assert_type(partner.delete_duplicates(dry_run=False, include_unlinked=True, max_deleted=3), BulkRun)
    assert_type(partner.delete_instance_accounts(inspected, logout=False, dry_run=True), BulkRun)
    assert_type(partner.delete_instance_accounts(created.report(), expect=1, max_deleted=2, delete_all=True), BulkRun)
    partner.set_instances_settings(partner.get_instances(), incoming_webhook=True, extra={"new": 1}, timeout=5)
    partner.reboot_instances(number for number in range(1, 3)).collect()
    partner.logout_instances({1101728000}).stop()


def billed(partner: PartnerClient, ledger: Ledger) -> None:
    ledger.record(partner.get_instances())
    ledger.record_inspections(partner.inspect(history=True))
    bill = partner.get_instances().billing(price_per_day={"PARTNER_23": "0.3"}, since=date(2026, 11, 1))
    assert_type(bill, Billing)
    assert_type(ledger.billing(until=datetime.now().astimezone()), Billing)
    assert_type(bill.total, Decimal)
    assert_type(bill.complete_since, datetime | None)
    assert_type(bill.days, Table[DayCost])
    assert_type(bill.days[0].date, date)
    assert_type(bill.waste(idle_days=7), Table[Waste])
    assert_type(bill.if_deleted(bill.waste()), Saving)
    with Ledger(Path("a.ledger")) as opened, partner.watch(ledger=opened, states=True) as changes:
        assert_type(changes, Watch)
        for change in changes:
            assert_type(change, Change)
            assert_type(change.at, datetime)
        assert_type(changes.snapshot(), str | None)


def stored(partner: PartnerClient) -> None:
    store = Store(Path("partner.sqlite"), account="north", claim=60)
    journal = store.journal("spring")
    assert_type(journal, Journal)
    assert_type(journal.name, str)
    assert_type(partner.reboot_instances([1], journal=journal), BulkRun)
    assert_type(partner.reboot_instances([1], journal=Path("reboots.journal")), BulkRun)
    with Ledger(store) as ledger:
        assert_type(ledger, Ledger)


async def many_awaited(partner: AsyncPartnerClient) -> None:
    run = partner.inspect()
    assert_type(run, AsyncRun[Inspection])
    assert_type(await run.collect(), Table[Inspection])
    async with partner.create_instances(["a"]) as created:
        assert_type(created, AsyncBulkRun)
        async for item in created:
            assert_type(item.error, GreenApiError | None)
    assert_type(created.report(), Table[BulkItem])
    async with partner.watch(since="…") as changes:
        assert_type(changes, AsyncWatch)
        assert_type(await anext(changes), Change)


def wrong_of_many(partner: PartnerClient, listed: Instances) -> None:
    partner.create_instances(["a"], max_cost=0.3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.delete_instance_accounts([1.5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    partner.inspect().report()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    listed.billing(since="2026-11-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.reboot_instances([1], journal=Store("a"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.watch(ledger="a.ledger")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def wrong(partner: PartnerClient, shop: InstanceClient, event: Created) -> None:
    shop.send_message("79001234567@c.us")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    shop.set_settings(incoming_webhook="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    shop.call("getChats", retry="always")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.instance(1101728000)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    event.name = "b"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    partner.create_instance(nmae="shop-42")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    partner.create_instance(incoming_webhook="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.get_instance(1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.ensure_instance()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    PartnerClient(token="gac.…")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    asyncio.run(main=partner.get_instances())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def frames(instances: Instances, run: Run[Inspection]) -> None:
    table = run.collect()
    assert_type(table, Table[Inspection])
    assert_type(table[0].name, str | None)
    assert_type(table[1:], Table[Inspection])
    assert_type(table.filter(lambda row: row.error), Table[Inspection])
    assert_type(table[0].error, GreenApiError | None)
    assert_type(run.progress.left, int)
    for row in run:
        assert_type(row.instance, Instance | None)
    assert_type(instances.to_polars().height, int)
    assert_type(table.to_polars(include_tokens=True).columns, list[str])
