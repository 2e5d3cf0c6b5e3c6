"""The part of the package that is in Rust. Import its names from `greenapi_partner`.

Its docstrings are those of the compiled module, which takes the prose from core; a test compares them.
"""

# ruff: noqa: D205 (core's first paragraphs may be longer than a line)

from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Reversible
from datetime import date, datetime, tzinfo
from decimal import Decimal
from os import PathLike
from typing import Any, ClassVar, Final, Literal, SupportsIndex, TypeVar, final, overload

import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]
import polars  # type: ignore[import-not-found,unused-ignore]
from typing_extensions import Self, disjoint_base

from .events import Event
from .fleet import DayCost, Inspection, InstanceCost, Money, MonthCost, PrefixCost, Saving, Waste, Which
from .instance import InstanceClient
from .instance_async import AsyncInstanceClient
from .iterators import AsyncEvents, Events
from .notifications import AnyNotification
from .run import AsyncBulkRun, AsyncRun, BulkRun, Run
from .table import Table
from .watch import AsyncWatch, Watch

__all__ = [
    "AsyncPartnerClient",
    "Billing",
    "Columns",
    "CreatedInstance",
    "EnsuredInstance",
    "EventsHandle",
    "Instance",
    "InstanceHandle",
    "Instances",
    "Ledger",
    "MockServer",
    "NotificationsHandle",
    "PartnerClient",
    "QrCode",
    "Record",
    "RunHandle",
    "Sealed",
    "TableHandle",
    "TerminalView",
    "WatchHandle",
    "__version__",
    "parse_notification",
]

_T = TypeVar("_T")

__version__: Final[str]

@final
class PartnerClient:
    """The partner client for plain scripts, threads and notebooks: every method waits for its answer.

    Reads the environment where an argument is left out, and keeps one pool of connections: make one client per
    token and share it; any number of threads may use it at once. It works after `fork`, and ends a call on Ctrl-C.

    Args:
        partner_token: The partner token. Defaults to `GREENAPI_PARTNER_TOKEN`.
        partner_api_url: The partner host, upstream's `partnerApiUrl`; https, unless it is this machine. Defaults to
            `GREENAPI_PARTNER_API_URL`, then `https://api.green-api.com`.
        api_url: The host of instance calls, upstream's `apiUrl`. Defaults to `GREENAPI_API_URL`, then to each
            instance's own.
        media_url: The host of uploads, upstream's `mediaUrl`. Defaults to `GREENAPI_MEDIA_URL`, then to each instance's
            own.
        timeout: Seconds for a whole call, with its retries. Defaults to 60.
        max_retries: How many times one call may be sent again, where that is safe. Defaults to 3.
        max_response_size: The largest answer that is read, in bytes, counted after it was unpacked; a larger one is an
            error at once. Defaults to 268435456 (256 MiB).
        proxy: A proxy for every call: `http://user:password@host:port`, `socks5://host:port`. Defaults to
            `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one.
        ca_file: A PEM file with certificates to trust besides the system's, or a folder of such files. Those that
            `SSL_CERT_FILE`, `SSL_CERT_DIR` and `REQUESTS_CA_BUNDLE` (or `CURL_CA_BUNDLE`) name when the client is made
            are trusted as well. Defaults to none.
        pacing: Keep instance calls to upstream's documented rates, per instance and method. Defaults to True.

    Raises:
        ConfigurationError: no token or a malformed one, a URL that will not do, an unreadable file, a bad number.
    """

    def __new__(
        cls,
        partner_token: str | None = None,
        *,
        partner_api_url: str | None = None,
        api_url: str | None = None,
        media_url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 3,
        max_response_size: int = 268_435_456,
        proxy: str | None = None,
        ca_file: str | PathLike[str] | None = None,
        pacing: bool = True,
    ) -> Self: ...
    def create_instance(
        self,
        *,
        name: str | None = None,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        extra: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> CreatedInstance:
        """Creates an instance. Its first day is charged at once, each further one at 00:00 UTC+3 until it is deleted.

        Give at least one setting; what is not given is not sent and stays switched off. Settings belong here rather
        than into a later call: changing them afterwards restarts the instance. A new instance takes up to 5 minutes
        until it answers.

        A name is refused that upstream may store otherwise than it is given, for it would not be found again: one with
        white space at its ends or twice in a row, with control characters, or not in Unicode's composed form (NFC).
        Nothing is changed silently; the error says which name would do. The first list that has the new instance is
        looked at for its name, and a warning in the log says so if it is another. So does one if a webhook URL is given
        and no notification is switched on, or calls are to be told of and incoming messages are not.

        Sent at most once: a request that may have reached upstream is never repeated, because upstream has no
        idempotency keys and each instance is billed. Only a refusal that upstream documents is told as one; whatever
        else comes, a page of a gateway with any status, a `false`, a code that nobody knows, leaves open whether there
        is a new instance. If no usable answer comes, the error is `outcome_unknown`: list the instances and look for
        the name before you create again, or use `ensure_instance`, which does that.

        HTTP 429 says that nothing was done, so after it the creation is sent again, as often as the client's retries
        allow. A gateway that answers so after upstream has acted makes one more instance of each try:
        `ensure_instance`, `onboard` and `create_instances` look at the list before they send again, and this call,
        which may have no name to look for, does not. Where such a gateway may be on the way, use those, or a client
        without retries.

        Errors: `invalid_request` (no setting, an unknown one, a blank name or one as above, a webhook URL that is not
        http or https, a delay outside 500 to 600000 ms), `no_capacity` (nothing was created; try later),
        `outcome_unknown`, `unauthorized`, `configuration` (upstream has nothing at this URL), `rate_limited`,
        `unavailable` and `timeout` (nothing was sent).

        Args:
            name: The name that the console shows. Defaults to `Instance <id>`.
            webhook_url: The URL that upstream posts notifications to. Defaults to none.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret. Defaults to
                none.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000. Upstream's pages
                name 500 or 3000 as default.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on. Off by default.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered. Off by default.
            outgoing_webhook: Notify of the status of sent messages. Off by default.
            outgoing_message_webhook: Notify of messages sent from the phone. Off by default.
            outgoing_api_message_webhook: Notify of messages sent through the API. Off by default.
            state_webhook: Notify of changes of the authorization state. Off by default.
            incoming_webhook: Notify of incoming messages and files. Off by default.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working. Off by
                default.
            keep_online_status: Show the account as online; the phone then makes no notification sounds. Off by default.
            poll_message_webhook: Notify of polls. Off by default.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working. Off by default.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too. Off by default.
            edited_message_webhook: Notify of edited messages. Off by default.
            deleted_message_webhook: Notify of deleted messages. Off by default.
            extra: Fields that upstream learned before this package did, by upstream's names, sent as they are. Defaults
                to none.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    def get_instances(self, *, timeout: float | None = None) -> Instances:
        """Lists all instances of the account, deleted ones of the last three months included.

        The list stays in Rust as one compact value, and an item is made when it is touched. Times are aware: upstream's
        zone-less times are UTC+3. Whether one is deleted, `deleted` says, and where upstream does not say it, its time
        of deletion. Fields that this version does not know are kept in `extra`. An item of upstream's list that is no
        object is passed over, with a warning in the log; nothing is created on the word of such a list, and what it
        lacks is not said to be gone. An unchanged list costs no parsing: its `ETag` is remembered and sent.

        It is what upstream says. Whether upstream's list may lag behind is not documented: `ensure_instance` and the
        others that act by the list correct it by what this client has done of late.

        Safe to repeat: it is sent again after a lost connection, a cut answer, 5xx, or 429 (after the wait that
        upstream asks for).

        Errors: `unauthorized`, `configuration` (there is nothing at this URL), `rate_limited`, `unavailable`,
        `timeout`, `protocol` (an answer that is no list), `refused`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def get_instance(self, id_instance: SupportsIndex, *, timeout: float | None = None) -> Instance:
        """Finds one instance by its id in the list of `get_instances`; upstream has no method for one. A deleted
        instance
        is found too, as long as upstream lists it: look at `deleted`. What this client has created or deleted within
        the last ten minutes is given so although the list does not show it yet; of a new instance only id, name,
        messenger and token are known then.

        Errors: `not_found` (the list was given, and lacks it), `invalid_request` (an id that cannot be one), and those
        of `get_instances`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def delete_instance_account(self, id_instance: SupportsIndex, *, timeout: float | None = None) -> None:
        """Deletes an instance; it is not charged from the next 00:00 UTC+3 on. There is no way back.

        Returns nothing: anything but upstream's `true` is an error. Safe to repeat: it is sent again after a lost
        connection, a cut answer or 5xx, and if upstream then says that there is no such instance, the earlier try
        has worked and the call succeeds.

        Errors: `not_found` (there is no such instance, or it was deleted before; an HTTP 404 does not say so),
        `invalid_request` (an id that cannot be one), `refused` (upstream's `false`), `unauthorized`, `configuration`
        (there is nothing at this URL), `rate_limited`, `unavailable`, `timeout`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
        """

    def ensure_instance(
        self,
        *,
        name: str,
        settle: float = 60.0,
        compare_settings: bool = False,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        extra: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> EnsuredInstance:
        """Gives the live instance of that name, or creates one: the call to make when a repeated one must not bill
        twice.

        It lists first, and creates at most once per call. If the creation gets no usable answer, it looks into the list
        (after 1, 2, 4 … s) for as long as `settle` says, 60 s unless told, or until the call's time is up; still
        absent, the error is `outcome_unknown`, never a second creation. Nor is a creation that was refused with HTTP
        429 believed to have done nothing: the list is asked before it is sent again. The creation gets at most half of
        the call's time, so that some is left to look. Of several live instances with that name the oldest is given,
        with a warning in the log. It gives the instance, and `is_new` says whether this call has created it, and its
        first day was charged. The settings are used only where it creates. Those of an existing instance are never
        changed, and compared only with `compare_settings`: it is asked for them once then, and a warning in the log
        names those that are not as you gave them. Of a new instance only id, name, messenger and token are known until
        the next list.

        A list may lag. For ten minutes this client takes what it has created for live although no list shows it yet,
        unless one shows it as deleted; and what it has deleted for deleted, whatever a list still shows. `onboard`,
        `create_instances` and the other runs that change instances, `offboard` and `get_instance` do the same;
        `get_instances` gives what upstream says.

        A name that is listed exactly as it is given is found, however odd it is. One that upstream may store otherwise
        is not created: see `create_instance`.

        Of one client, two calls with the same name wait for each other, and the second finds what the first created. A
        call that is cancelled sends nothing more; a creation that was already sent goes on without its caller, so that
        the next call with that name finds the instance. Two clients at once, be it in two processes, can still create
        two, and so can a creation that takes effect after `settle`: upstream knows no unique names.

        Errors: `protocol` (a list that could not be read whole and lacks the name: nothing is created),
        `invalid_request` (no name, or one that is not listed and would not be found again), and those of
        `get_instances` and `create_instance`.

        Args:
            name: The name to look for, and to give.
            settle: Seconds to look for an instance whose creation got no answer; 0: not at all. Defaults to 60.
            compare_settings: Whether to ask for the settings of an instance that was there before, and to warn where
                they are not those that were given. Defaults to False.
            webhook_url: The URL that upstream posts notifications to. Defaults to none.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret. Defaults to
                none.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000. Upstream's pages
                name 500 or 3000 as default.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on. Off by default.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered. Off by default.
            outgoing_webhook: Notify of the status of sent messages. Off by default.
            outgoing_message_webhook: Notify of messages sent from the phone. Off by default.
            outgoing_api_message_webhook: Notify of messages sent through the API. Off by default.
            state_webhook: Notify of changes of the authorization state. Off by default.
            incoming_webhook: Notify of incoming messages and files. Off by default.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working. Off by
                default.
            keep_online_status: Show the account as online; the phone then makes no notification sounds. Off by default.
            poll_message_webhook: Notify of polls. Off by default.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working. Off by default.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too. Off by default.
            edited_message_webhook: Notify of edited messages. Off by default.
            deleted_message_webhook: Notify of deleted messages. Off by default.
            extra: Fields that upstream learned before this package did, by upstream's names, sent as they are. Defaults
                to none.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    @overload
    def instance(self, id_instance: CreatedInstance | Instance, api_token_instance: None = None) -> InstanceClient:
        """The client of one instance, over this client's connections; nothing is sent.

        Give what `create_instance`, `get_instance` or a list gave, or an id and its token. A handle that was made from
        a
        partner looks into the partner's list where that helps: for the age of a new instance, for a token that was
        changed.

        Args:
            id_instance: A `CreatedInstance`, an `Instance`, or the instance's id.
            api_token_instance: The instance's token, beside an id. Secret.
            api_url: The host of its calls, upstream's `apiUrl`, beside an id. Defaults to the client's, then to the
                instance's
                own.
            media_url: The host of its uploads, upstream's `mediaUrl`, beside an id. Defaults likewise.

        Raises:
            InvalidRequestError: no such id, or a listed instance without a token.
            ConfigurationError: a malformed token, a URL that will not do.
        """

    @overload
    def instance(
        self,
        id_instance: SupportsIndex,
        api_token_instance: str,
        api_url: str | None = None,
        media_url: str | None = None,
    ) -> InstanceClient:
        """The client of one instance, over this client's connections; nothing is sent.

        Give what `create_instance`, `get_instance` or a list gave, or an id and its token. A handle that was made from
        a
        partner looks into the partner's list where that helps: for the age of a new instance, for a token that was
        changed.

        Args:
            id_instance: A `CreatedInstance`, an `Instance`, or the instance's id.
            api_token_instance: The instance's token, beside an id. Secret.
            api_url: The host of its calls, upstream's `apiUrl`, beside an id. Defaults to the client's, then to the
                instance's
                own.
            media_url: The host of its uploads, upstream's `mediaUrl`, beside an id. Defaults likewise.

        Raises:
            InvalidRequestError: no such id, or a listed instance without a token.
            ConfigurationError: a malformed token, a URL that will not do.
        """

    def onboard(
        self,
        *,
        name: str,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        extra: Mapping[str, object] | None = None,
        phone_number: int | str | None = None,
        verify_settings: bool = True,
        verify_timeout: float = 300.0,
        timeout: float = 900.0,
        interval: float | None = None,
        reboot_after: float | None = 300.0,
    ) -> Events[Event]:
        """Takes a customer from a name to a linked phone: the live instance of that name or a new one, then all that
        `authorize` does. An iterator of events, `Created` first and `Authorized` last.

        Run it again after a crash, or in another process: it finds the instance by its name, picks up where that is,
        and never creates a second one. Of one client, two runs with the same name wait for each other, and a run that
        is left while its creation is under way lets that end, so that the next run finds the instance; two processes at
        the very same time can still create two (see `ensure_instance`). `Created` says whether this run created it
        (`is_new`), and was charged its first day.

        It takes the settings of `create_instance`; they are used only where it creates. Upstream confirms some at times
        that never come into force: of a new instance they are looked for beside the linking, as `set_settings` does
        with `verify`, for up to `verify_timeout` (300 seconds) and once more after a reboot, unless a phone is linked:
        a linked instance is never rebooted. `SettingsNotKept` names those that do not show even so, and the linking
        goes on. It is not held up: when a phone is linked before that is known, the look ends with a record in the log,
        and `get_settings` tells later. `verify_settings` switches it off. `phone_number` links by number instead of by
        QR code. The iterator's `instance` is the instance's client, for passwords and codes, once `Created` was given.

        All arguments are checked before anything is sent or paid.

        Errors, by the iteration: `invalid_request` (a phone number that is none, say), those of `ensure_instance` and
        of `authorize`.

        Args:
            name: The name to look for, and to give.
            webhook_url: The URL that upstream posts notifications to. Defaults to none.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret. Defaults to
                none.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000. Upstream's pages
                name 500 or 3000 as default.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on. Off by default.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered. Off by default.
            outgoing_webhook: Notify of the status of sent messages. Off by default.
            outgoing_message_webhook: Notify of messages sent from the phone. Off by default.
            outgoing_api_message_webhook: Notify of messages sent through the API. Off by default.
            state_webhook: Notify of changes of the authorization state. Off by default.
            incoming_webhook: Notify of incoming messages and files. Off by default.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working. Off by
                default.
            keep_online_status: Show the account as online; the phone then makes no notification sounds. Off by default.
            poll_message_webhook: Notify of polls. Off by default.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working. Off by default.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too. Off by default.
            edited_message_webhook: Notify of edited messages. Off by default.
            deleted_message_webhook: Notify of deleted messages. Off by default.
            extra: Fields that upstream learned before this package did, by upstream's names, sent as they are. Defaults
                to none.
            phone_number: Link by this number instead of by QR code: an int or text, international. Defaults to none.
            verify_settings: Whether to look, beside the linking, whether the settings that a new instance was given
                come into force. Defaults to True.
            verify_timeout: Seconds to look for them, before and again after they are set once more. Defaults to
                300.
            timeout: Seconds for the whole of it. Defaults to 900.
            interval: Seconds between two looks at the state. Defaults to 5.
            reboot_after: Seconds of `starting` after which the instance is rebooted, once; None: never. Defaults to
                300.

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    def offboard(self, id_instance: SupportsIndex, *, timeout: float | None = None) -> None:
        """Ends an instance: logs the phone out, since upstream leaves its session open otherwise, then deletes. There
        is no way back; it is not charged from the next 00:00 UTC+3 on.

        Safe to repeat: one that is deleted already is left alone. If upstream cannot be asked to log out
        (`unavailable`, `timeout`, `rate_limited`), nothing is deleted: run it again. An instance that refuses to log
        out otherwise (not ready, unpaid, a wrong token, a host that has no logout) is deleted all the same, with a
        warning in the log.

        A list may lag: what this client has created within the last ten minutes can be ended before it is listed, and
        what it has deleted is left alone.

        Errors: `not_found` (the account lists no such instance), `configuration` (an HTTP 404: nothing was deleted),
        and those of `get_instances`, `logout` and `delete_instance_account`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole of it. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
        """

    def inspect(
        self,
        instances: Iterable[Which] | None = None,
        *,
        phone: bool = True,
        settings: bool = False,
        history: bool = False,
        concurrency: int = 64,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> Run[Inspection]:
        """Looks at many instances at once: what the list knows of each, joined with the state that it is in, and where
        a phone is linked, which one. On demand its settings, and since when it has been linked or not. All live ones,
        unless `ids` are given.

        Results come as they are there, one for each instance, never in a fixed order. `group` says what to do about it:
        `linked`; `waiting` for a phone (or still being created); `starting`; `restricted` (suspended, yellow card,
        blocked, asleep); `expired`; `unreachable` (its `error` says why). An error of one instance stands in its result
        and never stops the others; where only a part could not be had, such as the phone, the rest is kept beside the
        error. An id that the list lacks, and a deleted instance, are `unreachable` with `not_found`.

        Nothing is changed by it. Never more than `concurrency` calls (64) are under way at once, each in upstream's
        documented rate and with the `timeout` given. Stopped, it ends at once: what is not there yet is not told.

        `history` asks each instance for the last 100 changes of its state. `ever_linked` is false only where there are
        fewer, and none of them is a linked phone; where there is no change at all, nobody knows.

        Errors, of the run: those of `get_instances`, and `invalid_request` (an id that can be none, a `concurrency` of
        0).

        Args:
            instances: Which ones: ids, or whatever has an `id_instance`, or a list. Defaults to all that are live.
            phone: Whether to ask which phone is linked. Defaults to True.
            settings: Whether to ask for the settings. Defaults to False.
            history: Whether to ask for the last changes of the state: fills `ever_linked` and `last_linked_at`.
                Defaults to False.
            concurrency: How many calls may be under way at once. Defaults to 64.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            for one in partner.inspect(history=True):
                print(one.id_instance, one.group, one.phone)

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def create_instances(
        self,
        specs: Iterable[str | dict[str, Any]],
        *,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        max_new: int | None = None,
        max_cost: Money | None = None,
        price_per_day: Money | None = None,
        retry_unknown: bool = False,
        settle: float = 60.0,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> BulkRun:
        """Creates many instances, none of them twice, and gives what has become of each as it ends. Each is charged its
        first day at once, each further one at 00:00 UTC+3 until it is deleted.

        A run begins with one list. A name that a live instance has is `skipped` with that instance: running again
        creates nothing twice. So is one that this client has created within the last ten minutes, although the list
        does not show it yet. Of one client, nobody else creates one of these names meanwhile. A creation that was
        refused with HTTP 429 is sent again only once the list has shown that nothing came of it. Names must differ;
        where a `journal` is given, one without a name gets the journal's and its place: `shops-1`. Settings belong to
        each of them, as for `create_instance`.

        With a `journal` (a file, made where there is none, for its owner alone; no token is in it) a run can be taken
        up after a crash: give the same list and the same journal. What was done is `skipped`, what failed is tried
        again, and what was sent without an answer is looked for by its name. What looking (after 1, 2, 4 … s, up to
        `settle`, 60 s unless told) does not settle is `unknown` and is not sent again, unless you say `retry_unknown`:
        you have looked. An instance that was deleted since is not created again.

        A journal belongs to one run at a time: a second one is refused, and told which process has it. While it has it,
        a file beside (`shops.journal.lock`) names the owner, and other programs find the database locked, on Linux also
        in the same process. How far a run is say its `progress` and its report; from outside, copy the journal and the
        file with `-wal` at its end, and look into the copy (`SELECT state, count(*) FROM item GROUP BY state`). Reading
        and copying harm nothing; where the journal or one of the files beside it is deleted, moved or replaced, the run
        begins nothing more, waits for what is under way, and ends with `configuration`. On a network file system none
        of this is promised.

        Guards against a slip of the pen: `max_new`, and `max_cost` at `price_per_day`, are held against what would be
        created now, one day each. `dry_run` asks for the list, tells what is `planned`, and sends and writes nothing.
        Up to 8 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each creation.

        When it is stopped or dropped, nothing more is begun; what was sent is waited for, looked for, and written down;
        the rest is `skipped`.

        Errors of the run, before anything is sent: `invalid_request` (settings that cannot be sent, a name that is
        missing, blank, given twice, that upstream may store otherwise (see `create_instance`) or, made of the
        journal's, taken by a live instance; a journal that is in use, of another run or another account, or no
        journal), `limit_exceeded`, and those of `get_instances`. At its end: `configuration` (the journal could not be
        written, or is no longer where it was; nothing was sent that is not in it). Errors of an item: those of
        `create_instance`.

        Args:
            specs: What to create, one after the other: names, or dicts of what `create_instance` takes.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            max_new: How many may be created, at most: above that nothing is sent. Defaults to no limit.
            max_cost: What the creations may cost, at most, at `price_per_day`, exact: a `Decimal`, text or an int.
                Above that nothing is sent. Defaults to no limit.
            price_per_day: What an instance costs a day, likewise; upstream publishes no prices. Defaults to none.
            retry_unknown: Whether to send again what an earlier run of the journal has sent and could not settle: you
                have looked, and it has not taken effect. Defaults to False.
            settle: Seconds to look for an instance whose creation got no answer. Defaults to 60.
            concurrency: How many may be under way at once. Defaults to 8.
            timeout: Seconds for each creation. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            names = (f"shop-{number}" for number in range(1, 3))
            with partner.create_instances(names, journal="shops.journal", max_new=2) as run:
                for item in run:
                    print(item.name, item.status, item.id_instance)

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    def delete_instance_accounts(
        self,
        ids: Iterable[Which],
        *,
        logout: bool = True,
        max_deleted: int | None = None,
        expect: int | None = None,
        delete_all: bool = False,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> BulkRun:
        """Deletes many instances, and gives what has become of each as it ends. There is no way back; they are not
        charged from the next 00:00 UTC+3 on.

        A run begins with one list. Each phone is logged out first, since upstream leaves its session open otherwise, as
        `offboard` does; `logout` false leaves that out. One that is deleted already is `skipped`, one that the list
        lacks is `failed` (`not_found`), one that is given twice is deleted once.

        Guards against deleting more than was meant, `dry_run` included: `max_deleted` is held against the live
        instances that would be deleted now; `expect` is how many are to be deleted, each counted once, those that an
        earlier run of the journal has sent included and those that were deleted already without it left out. A run that
        would delete every live instance of the account, where there is more than one, is refused unless `delete_all`
        says that it is meant.

        Safe to repeat. With a `journal`, as for `create_instances`, what was done is left out. `dry_run` says what is
        `planned` and sends nothing but the list. Up to 8 are under way at once, unless `concurrency` says otherwise;
        `timeout` is that of each instance.

        Errors of the run: `invalid_request` (no such id, a journal that will not do), `limit_exceeded` (a guard;
        nothing was sent), those of `get_instances`, and at its end `configuration` (the journal could not be written,
        or is no longer where it was). Errors of an item: those of `offboard` or `delete_instance_account`; one that is
        answered with an HTTP 404 is `failed` (`configuration`), never `done`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            logout: Whether to log the phone out first. Defaults to True.
            max_deleted: How many may be deleted, at most: above that nothing is sent. Defaults to no limit.
            expect: How many are to be deleted, with those that an earlier run of the journal has deleted: if there are
                more or fewer, nothing is sent. Defaults to any number.
            delete_all: Whether every live instance of the account may be deleted. Defaults to False: nothing is sent
                then.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            concurrency: How many may be under way at once. Defaults to 8.
            timeout: Seconds for each instance. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            with partner.delete_instance_accounts([1101000001], dry_run=True) as run:
                for item in run:
                    print(item.id_instance, item.status, item.error)

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
        """

    def set_instances_settings(
        self,
        ids: Iterable[Which],
        *,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        auto_typing: int | None = None,
        link_preview: bool | None = None,
        enable_lid_mode: bool | None = None,
        extra: Mapping[str, object] | None = None,
        verify: bool = False,
        verify_timeout: float = 300.0,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> BulkRun:
        """Changes the same settings of many instances, and gives what has become of each as it ends. Every one of them
        reboots by itself, and the new values apply within five minutes. Nothing is charged.

        A run begins with one list, which has the tokens. An id that the list lacks or that is deleted is `failed`
        (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is set once.

        With `verify`, each item goes on until its settings show, as with `set_settings`, and what is not kept has the
        status `not_kept`, with an `error` that names it. That may take twice `verify_timeout` (300 seconds unless told
        otherwise) for each.

        Safe to repeat. With a `journal`, as for `create_instances`, what was done is left out; a journal is for the
        same ids and the same settings (a secret one may differ). `dry_run` says what is `planned` and sends nothing but
        the list. Up to 32 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each call.

        Errors of the run: `invalid_request` (nothing given, a value of another kind, no such id, a journal that will
        not do), those of `get_instances`, and at its end `configuration` (the journal could not be written, or is no
        longer where it was). Errors of an item: those of `set_settings`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            webhook_url: The URL that upstream posts notifications to; empty: none, and the queue over HTTP works.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered.
            outgoing_webhook: Notify of the status of sent messages.
            outgoing_message_webhook: Notify of messages sent from the phone.
            outgoing_api_message_webhook: Notify of messages sent through the API.
            state_webhook: Notify of changes of the authorization state.
            incoming_webhook: Notify of incoming messages and files.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working.
            keep_online_status: Show the account as online; the phone then makes no notification sounds.
            poll_message_webhook: Notify of polls.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too.
            edited_message_webhook: Notify of edited messages.
            deleted_message_webhook: Notify of deleted messages.
            auto_typing: Seconds to show typing before each message, 0 to 10; a message's own `typingTime` wins.
            link_preview: Give links a preview.
            enable_lid_mode: Name chats by WhatsApp's new identifiers (LID).
            extra: Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none.
            verify: Whether to look for the settings until they show. Defaults to False.
            verify_timeout: Seconds to look for them, before and again after they are set once more. Defaults to
                300.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            concurrency: How many may be under way at once. Defaults to 32.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            for item in partner.set_instances_settings([1101000001], incoming_webhook=True):
                print(item.id_instance, item.status, item.error)

        Upstream's page: <https://green-api.com/en/docs/api/account/SetSettings/>
        """

    def reboot_instances(
        self,
        ids: Iterable[Which],
        *,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        retry_unknown: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> BulkRun:
        """Restarts many instances, and gives what has become of each as it ends: `starting` for up to five minutes, the
        phones stay linked. Nothing is charged.

        A run begins with one list, which has the tokens. An id that the list lacks or that is deleted is `failed`
        (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is rebooted once.

        Never repeated by itself: one that got no answer is `unknown`. With a `journal`, as for `create_instances`, what
        was done is left out, and what was sent without an answer stays `unknown`, unless you say `retry_unknown`.
        `dry_run` says what is `planned` and sends nothing but the list. Up to 32 are under way at once, unless
        `concurrency` says otherwise; `timeout` is that of each call.

        Errors of the run: `invalid_request` (no such id, a journal that will not do), those of `get_instances`, and at
        its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item:
        those of `reboot`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            retry_unknown: Whether to send again what an earlier run of the journal has sent without an answer. Defaults
                to False.
            concurrency: How many may be under way at once. Defaults to 32.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            rebooted = partner.reboot_instances([1101000001]).collect()
            print([item.id_instance for item in rebooted if item.status == "done"])

        Upstream's page: <https://green-api.com/en/docs/api/account/Reboot/>
        """

    def logout_instances(
        self,
        ids: Iterable[Which],
        *,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> BulkRun:
        """Unlinks the phones of many instances, and gives what has become of each as it ends. The instances stay, and
        are charged as before.

        A run begins with one list, which has the tokens. One without a phone is `done`. An id that the list lacks or
        that is deleted is `failed` (`not_found`), one without a token `failed` (`invalid_request`), one that is given
        twice is logged out once.

        Safe to repeat. With a `journal`, as for `create_instances`, what was done is left out. `dry_run` says what is
        `planned` and sends nothing but the list. Up to 32 are under way at once, unless `concurrency` says otherwise;
        `timeout` is that of each call.

        Errors of the run: `invalid_request` (no such id, a journal that will not do), those of `get_instances`, and at
        its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item:
        those of `logout`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            concurrency: How many may be under way at once. Defaults to 32.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            left = partner.logout_instances([1101000001]).collect()
            print([item.id_instance for item in left if item.status == "done"])

        Upstream's page: <https://green-api.com/en/docs/api/account/Logout/>
        """

    def watch(
        self,
        *,
        interval: float = 60.0,
        since: str | None = None,
        ledger: Ledger | None = None,
        states: bool = False,
        concurrency: int = 64,
    ) -> Watch:
        """Iterates over what changes in the account: instances that are `created`, `deleted`, `renamed`, get a new
        token (`tokenChanged`), another state (`stateChanged`, with `states`), or run out (`expired`). Upstream has no
        such events: every `interval` (60 seconds) the list is asked for, which costs next to nothing while it is
        unchanged, and compared with the one before.

        Without a starting point the first list is the base, and only what changes after it is told. `since` takes a
        `snapshot()` of an earlier watch, and `ledger` a file that remembers: then the differences to that are told
        first, so nothing between two runs is missed, not even an instance that was created and deleted meanwhile. A
        snapshot holds exactly what was handed out, and no token; the ledger is written once all changes of a list were
        handed out. So after a crash a change may come twice, and none is lost.

        Nothing happens between one `next` and another. An outage is waited through, with a warning in the log. With
        `states`, each round also asks every live instance for its state, at most `concurrency` (64) at once; a state
        that could not be had stays as it was, and the first state that is known of an instance is no change, unless the
        instance is new.

        Errors, by the iteration: `unauthorized`, `configuration`, `invalid_request` (a snapshot or a ledger that cannot
        be read, or is of another account), and what else upstream refuses for good.

        Args:
            interval: Seconds from the beginning of one look to that of the next. Defaults to 60.
            since: What `snapshot()` of an earlier watch gave. Defaults to none.
            ledger: The `Ledger` that remembers. Defaults to none.
            states: Whether to ask every live instance for its state. Defaults to False.
            concurrency: How many may be asked at once. Defaults to 64.

        Example:
            with partner.watch(interval=60) as changes:
                for change in changes:
                    print(change.kind, change.name)

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def close(self) -> None:
        """Closes the client: later calls raise ConfigurationError, calls that are under way end as they would have."""

    @property
    def closed(self) -> bool:
        """Whether the client was closed."""

    @property
    def partner_api_url(self) -> str:
        """The partner host that the client speaks to."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...

@final
class AsyncPartnerClient:
    """The partner client for asyncio and uvloop: the same methods as `PartnerClient`, to be awaited.

    Every event loop of the process may use it, one after the other or at once. Cancelling a task ends its request
    at
    once and frees the connection.

    Args:
        partner_token: The partner token. Defaults to `GREENAPI_PARTNER_TOKEN`.
        partner_api_url: The partner host, upstream's `partnerApiUrl`; https, unless it is this machine. Defaults to
            `GREENAPI_PARTNER_API_URL`, then `https://api.green-api.com`.
        api_url: The host of instance calls, upstream's `apiUrl`. Defaults to `GREENAPI_API_URL`, then to each
            instance's own.
        media_url: The host of uploads, upstream's `mediaUrl`. Defaults to `GREENAPI_MEDIA_URL`, then to each instance's
            own.
        timeout: Seconds for a whole call, with its retries. Defaults to 60.
        max_retries: How many times one call may be sent again, where that is safe. Defaults to 3.
        max_response_size: The largest answer that is read, in bytes, counted after it was unpacked; a larger one is an
            error at once. Defaults to 268435456 (256 MiB).
        proxy: A proxy for every call: `http://user:password@host:port`, `socks5://host:port`. Defaults to
            `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one.
        ca_file: A PEM file with certificates to trust besides the system's, or a folder of such files. Those that
            `SSL_CERT_FILE`, `SSL_CERT_DIR` and `REQUESTS_CA_BUNDLE` (or `CURL_CA_BUNDLE`) name when the client is made
            are trusted as well. Defaults to none.
        pacing: Keep instance calls to upstream's documented rates, per instance and method. Defaults to True.

    Raises:
        ConfigurationError: no token or a malformed one, a URL that will not do, an unreadable file, a bad number.
    """

    def __new__(
        cls,
        partner_token: str | None = None,
        *,
        partner_api_url: str | None = None,
        api_url: str | None = None,
        media_url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 3,
        max_response_size: int = 268_435_456,
        proxy: str | None = None,
        ca_file: str | PathLike[str] | None = None,
        pacing: bool = True,
    ) -> Self: ...
    def create_instance(
        self,
        *,
        name: str | None = None,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        extra: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> Coroutine[Any, Any, CreatedInstance]:
        """Creates an instance. Its first day is charged at once, each further one at 00:00 UTC+3 until it is deleted.

        Give at least one setting; what is not given is not sent and stays switched off. Settings belong here rather
        than into a later call: changing them afterwards restarts the instance. A new instance takes up to 5 minutes
        until it answers.

        A name is refused that upstream may store otherwise than it is given, for it would not be found again: one with
        white space at its ends or twice in a row, with control characters, or not in Unicode's composed form (NFC).
        Nothing is changed silently; the error says which name would do. The first list that has the new instance is
        looked at for its name, and a warning in the log says so if it is another. So does one if a webhook URL is given
        and no notification is switched on, or calls are to be told of and incoming messages are not.

        Sent at most once: a request that may have reached upstream is never repeated, because upstream has no
        idempotency keys and each instance is billed. Only a refusal that upstream documents is told as one; whatever
        else comes, a page of a gateway with any status, a `false`, a code that nobody knows, leaves open whether there
        is a new instance. If no usable answer comes, the error is `outcome_unknown`: list the instances and look for
        the name before you create again, or use `ensure_instance`, which does that.

        HTTP 429 says that nothing was done, so after it the creation is sent again, as often as the client's retries
        allow. A gateway that answers so after upstream has acted makes one more instance of each try:
        `ensure_instance`, `onboard` and `create_instances` look at the list before they send again, and this call,
        which may have no name to look for, does not. Where such a gateway may be on the way, use those, or a client
        without retries.

        Errors: `invalid_request` (no setting, an unknown one, a blank name or one as above, a webhook URL that is not
        http or https, a delay outside 500 to 600000 ms), `no_capacity` (nothing was created; try later),
        `outcome_unknown`, `unauthorized`, `configuration` (upstream has nothing at this URL), `rate_limited`,
        `unavailable` and `timeout` (nothing was sent).

        Args:
            name: The name that the console shows. Defaults to `Instance <id>`.
            webhook_url: The URL that upstream posts notifications to. Defaults to none.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret. Defaults to
                none.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000. Upstream's pages
                name 500 or 3000 as default.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on. Off by default.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered. Off by default.
            outgoing_webhook: Notify of the status of sent messages. Off by default.
            outgoing_message_webhook: Notify of messages sent from the phone. Off by default.
            outgoing_api_message_webhook: Notify of messages sent through the API. Off by default.
            state_webhook: Notify of changes of the authorization state. Off by default.
            incoming_webhook: Notify of incoming messages and files. Off by default.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working. Off by
                default.
            keep_online_status: Show the account as online; the phone then makes no notification sounds. Off by default.
            poll_message_webhook: Notify of polls. Off by default.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working. Off by default.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too. Off by default.
            edited_message_webhook: Notify of edited messages. Off by default.
            deleted_message_webhook: Notify of deleted messages. Off by default.
            extra: Fields that upstream learned before this package did, by upstream's names, sent as they are. Defaults
                to none.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    def get_instances(self, *, timeout: float | None = None) -> Coroutine[Any, Any, Instances]:
        """Lists all instances of the account, deleted ones of the last three months included.

        The list stays in Rust as one compact value, and an item is made when it is touched. Times are aware: upstream's
        zone-less times are UTC+3. Whether one is deleted, `deleted` says, and where upstream does not say it, its time
        of deletion. Fields that this version does not know are kept in `extra`. An item of upstream's list that is no
        object is passed over, with a warning in the log; nothing is created on the word of such a list, and what it
        lacks is not said to be gone. An unchanged list costs no parsing: its `ETag` is remembered and sent.

        It is what upstream says. Whether upstream's list may lag behind is not documented: `ensure_instance` and the
        others that act by the list correct it by what this client has done of late.

        Safe to repeat: it is sent again after a lost connection, a cut answer, 5xx, or 429 (after the wait that
        upstream asks for).

        Errors: `unauthorized`, `configuration` (there is nothing at this URL), `rate_limited`, `unavailable`,
        `timeout`, `protocol` (an answer that is no list), `refused`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def get_instance(
        self,
        id_instance: SupportsIndex,
        *,
        timeout: float | None = None,
    ) -> Coroutine[Any, Any, Instance]:
        """Finds one instance by its id in the list of `get_instances`; upstream has no method for one. A deleted
        instance
        is found too, as long as upstream lists it: look at `deleted`. What this client has created or deleted within
        the last ten minutes is given so although the list does not show it yet; of a new instance only id, name,
        messenger and token are known then.

        Errors: `not_found` (the list was given, and lacks it), `invalid_request` (an id that cannot be one), and those
        of `get_instances`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def delete_instance_account(
        self,
        id_instance: SupportsIndex,
        *,
        timeout: float | None = None,
    ) -> Coroutine[Any, Any, None]:
        """Deletes an instance; it is not charged from the next 00:00 UTC+3 on. There is no way back.

        Returns nothing: anything but upstream's `true` is an error. Safe to repeat: it is sent again after a lost
        connection, a cut answer or 5xx, and if upstream then says that there is no such instance, the earlier try
        has worked and the call succeeds.

        Errors: `not_found` (there is no such instance, or it was deleted before; an HTTP 404 does not say so),
        `invalid_request` (an id that cannot be one), `refused` (upstream's `false`), `unauthorized`, `configuration`
        (there is nothing at this URL), `rate_limited`, `unavailable`, `timeout`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
        """

    def ensure_instance(
        self,
        *,
        name: str,
        settle: float = 60.0,
        compare_settings: bool = False,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        extra: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> Coroutine[Any, Any, EnsuredInstance]:
        """Gives the live instance of that name, or creates one: the call to make when a repeated one must not bill
        twice.

        It lists first, and creates at most once per call. If the creation gets no usable answer, it looks into the list
        (after 1, 2, 4 … s) for as long as `settle` says, 60 s unless told, or until the call's time is up; still
        absent, the error is `outcome_unknown`, never a second creation. Nor is a creation that was refused with HTTP
        429 believed to have done nothing: the list is asked before it is sent again. The creation gets at most half of
        the call's time, so that some is left to look. Of several live instances with that name the oldest is given,
        with a warning in the log. It gives the instance, and `is_new` says whether this call has created it, and its
        first day was charged. The settings are used only where it creates. Those of an existing instance are never
        changed, and compared only with `compare_settings`: it is asked for them once then, and a warning in the log
        names those that are not as you gave them. Of a new instance only id, name, messenger and token are known until
        the next list.

        A list may lag. For ten minutes this client takes what it has created for live although no list shows it yet,
        unless one shows it as deleted; and what it has deleted for deleted, whatever a list still shows. `onboard`,
        `create_instances` and the other runs that change instances, `offboard` and `get_instance` do the same;
        `get_instances` gives what upstream says.

        A name that is listed exactly as it is given is found, however odd it is. One that upstream may store otherwise
        is not created: see `create_instance`.

        Of one client, two calls with the same name wait for each other, and the second finds what the first created. A
        call that is cancelled sends nothing more; a creation that was already sent goes on without its caller, so that
        the next call with that name finds the instance. Two clients at once, be it in two processes, can still create
        two, and so can a creation that takes effect after `settle`: upstream knows no unique names.

        Errors: `protocol` (a list that could not be read whole and lacks the name: nothing is created),
        `invalid_request` (no name, or one that is not listed and would not be found again), and those of
        `get_instances` and `create_instance`.

        Args:
            name: The name to look for, and to give.
            settle: Seconds to look for an instance whose creation got no answer; 0: not at all. Defaults to 60.
            compare_settings: Whether to ask for the settings of an instance that was there before, and to warn where
                they are not those that were given. Defaults to False.
            webhook_url: The URL that upstream posts notifications to. Defaults to none.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret. Defaults to
                none.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000. Upstream's pages
                name 500 or 3000 as default.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on. Off by default.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered. Off by default.
            outgoing_webhook: Notify of the status of sent messages. Off by default.
            outgoing_message_webhook: Notify of messages sent from the phone. Off by default.
            outgoing_api_message_webhook: Notify of messages sent through the API. Off by default.
            state_webhook: Notify of changes of the authorization state. Off by default.
            incoming_webhook: Notify of incoming messages and files. Off by default.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working. Off by
                default.
            keep_online_status: Show the account as online; the phone then makes no notification sounds. Off by default.
            poll_message_webhook: Notify of polls. Off by default.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working. Off by default.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too. Off by default.
            edited_message_webhook: Notify of edited messages. Off by default.
            deleted_message_webhook: Notify of deleted messages. Off by default.
            extra: Fields that upstream learned before this package did, by upstream's names, sent as they are. Defaults
                to none.
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    @overload
    def instance(self, id_instance: CreatedInstance | Instance, api_token_instance: None = None) -> AsyncInstanceClient:
        """The client of one instance, over this client's connections; nothing is sent.

        Give what `create_instance`, `get_instance` or a list gave, or an id and its token. A handle that was made from
        a
        partner looks into the partner's list where that helps: for the age of a new instance, for a token that was
        changed.

        Args:
            id_instance: A `CreatedInstance`, an `Instance`, or the instance's id.
            api_token_instance: The instance's token, beside an id. Secret.
            api_url: The host of its calls, upstream's `apiUrl`, beside an id. Defaults to the client's, then to the
                instance's
                own.
            media_url: The host of its uploads, upstream's `mediaUrl`, beside an id. Defaults likewise.

        Raises:
            InvalidRequestError: no such id, or a listed instance without a token.
            ConfigurationError: a malformed token, a URL that will not do.
        """

    @overload
    def instance(
        self,
        id_instance: SupportsIndex,
        api_token_instance: str,
        api_url: str | None = None,
        media_url: str | None = None,
    ) -> AsyncInstanceClient:
        """The client of one instance, over this client's connections; nothing is sent.

        Give what `create_instance`, `get_instance` or a list gave, or an id and its token. A handle that was made from
        a
        partner looks into the partner's list where that helps: for the age of a new instance, for a token that was
        changed.

        Args:
            id_instance: A `CreatedInstance`, an `Instance`, or the instance's id.
            api_token_instance: The instance's token, beside an id. Secret.
            api_url: The host of its calls, upstream's `apiUrl`, beside an id. Defaults to the client's, then to the
                instance's
                own.
            media_url: The host of its uploads, upstream's `mediaUrl`, beside an id. Defaults likewise.

        Raises:
            InvalidRequestError: no such id, or a listed instance without a token.
            ConfigurationError: a malformed token, a URL that will not do.
        """

    def onboard(
        self,
        *,
        name: str,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        extra: Mapping[str, object] | None = None,
        phone_number: int | str | None = None,
        verify_settings: bool = True,
        verify_timeout: float = 300.0,
        timeout: float = 900.0,
        interval: float | None = None,
        reboot_after: float | None = 300.0,
    ) -> AsyncEvents[Event]:
        """Takes a customer from a name to a linked phone: the live instance of that name or a new one, then all that
        `authorize` does. An iterator of events, `Created` first and `Authorized` last.

        Run it again after a crash, or in another process: it finds the instance by its name, picks up where that is,
        and never creates a second one. Of one client, two runs with the same name wait for each other, and a run that
        is left while its creation is under way lets that end, so that the next run finds the instance; two processes at
        the very same time can still create two (see `ensure_instance`). `Created` says whether this run created it
        (`is_new`), and was charged its first day.

        It takes the settings of `create_instance`; they are used only where it creates. Upstream confirms some at times
        that never come into force: of a new instance they are looked for beside the linking, as `set_settings` does
        with `verify`, for up to `verify_timeout` (300 seconds) and once more after a reboot, unless a phone is linked:
        a linked instance is never rebooted. `SettingsNotKept` names those that do not show even so, and the linking
        goes on. It is not held up: when a phone is linked before that is known, the look ends with a record in the log,
        and `get_settings` tells later. `verify_settings` switches it off. `phone_number` links by number instead of by
        QR code. The iterator's `instance` is the instance's client, for passwords and codes, once `Created` was given.

        All arguments are checked before anything is sent or paid.

        Errors, by the iteration: `invalid_request` (a phone number that is none, say), those of `ensure_instance` and
        of `authorize`.

        Args:
            name: The name to look for, and to give.
            webhook_url: The URL that upstream posts notifications to. Defaults to none.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret. Defaults to
                none.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000. Upstream's pages
                name 500 or 3000 as default.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on. Off by default.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered. Off by default.
            outgoing_webhook: Notify of the status of sent messages. Off by default.
            outgoing_message_webhook: Notify of messages sent from the phone. Off by default.
            outgoing_api_message_webhook: Notify of messages sent through the API. Off by default.
            state_webhook: Notify of changes of the authorization state. Off by default.
            incoming_webhook: Notify of incoming messages and files. Off by default.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working. Off by
                default.
            keep_online_status: Show the account as online; the phone then makes no notification sounds. Off by default.
            poll_message_webhook: Notify of polls. Off by default.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working. Off by default.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too. Off by default.
            edited_message_webhook: Notify of edited messages. Off by default.
            deleted_message_webhook: Notify of deleted messages. Off by default.
            extra: Fields that upstream learned before this package did, by upstream's names, sent as they are. Defaults
                to none.
            phone_number: Link by this number instead of by QR code: an int or text, international. Defaults to none.
            verify_settings: Whether to look, beside the linking, whether the settings that a new instance was given
                come into force. Defaults to True.
            verify_timeout: Seconds to look for them, before and again after they are set once more. Defaults to
                300.
            timeout: Seconds for the whole of it. Defaults to 900.
            interval: Seconds between two looks at the state. Defaults to 5.
            reboot_after: Seconds of `starting` after which the instance is rebooted, once; None: never. Defaults to
                300.

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    def offboard(self, id_instance: SupportsIndex, *, timeout: float | None = None) -> Coroutine[Any, Any, None]:
        """Ends an instance: logs the phone out, since upstream leaves its session open otherwise, then deletes. There
        is no way back; it is not charged from the next 00:00 UTC+3 on.

        Safe to repeat: one that is deleted already is left alone. If upstream cannot be asked to log out
        (`unavailable`, `timeout`, `rate_limited`), nothing is deleted: run it again. An instance that refuses to log
        out otherwise (not ready, unpaid, a wrong token, a host that has no logout) is deleted all the same, with a
        warning in the log.

        A list may lag: what this client has created within the last ten minutes can be ended before it is listed, and
        what it has deleted is left alone.

        Errors: `not_found` (the account lists no such instance), `configuration` (an HTTP 404: nothing was deleted),
        and those of `get_instances`, `logout` and `delete_instance_account`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole of it. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
        """

    def inspect(
        self,
        instances: Iterable[Which] | None = None,
        *,
        phone: bool = True,
        settings: bool = False,
        history: bool = False,
        concurrency: int = 64,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> AsyncRun[Inspection]:
        """Looks at many instances at once: what the list knows of each, joined with the state that it is in, and where
        a phone is linked, which one. On demand its settings, and since when it has been linked or not. All live ones,
        unless `ids` are given.

        Results come as they are there, one for each instance, never in a fixed order. `group` says what to do about it:
        `linked`; `waiting` for a phone (or still being created); `starting`; `restricted` (suspended, yellow card,
        blocked, asleep); `expired`; `unreachable` (its `error` says why). An error of one instance stands in its result
        and never stops the others; where only a part could not be had, such as the phone, the rest is kept beside the
        error. An id that the list lacks, and a deleted instance, are `unreachable` with `not_found`.

        Nothing is changed by it. Never more than `concurrency` calls (64) are under way at once, each in upstream's
        documented rate and with the `timeout` given. Stopped, it ends at once: what is not there yet is not told.

        `history` asks each instance for the last 100 changes of its state. `ever_linked` is false only where there are
        fewer, and none of them is a linked phone; where there is no change at all, nobody knows.

        Errors, of the run: those of `get_instances`, and `invalid_request` (an id that can be none, a `concurrency` of
        0).

        Args:
            instances: Which ones: ids, or whatever has an `id_instance`, or a list. Defaults to all that are live.
            phone: Whether to ask which phone is linked. Defaults to True.
            settings: Whether to ask for the settings. Defaults to False.
            history: Whether to ask for the last changes of the state: fills `ever_linked` and `last_linked_at`.
                Defaults to False.
            concurrency: How many calls may be under way at once. Defaults to 64.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            async for one in partner.inspect(history=True):
                print(one.id_instance, one.group, one.phone)

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def create_instances(
        self,
        specs: Iterable[str | dict[str, Any]],
        *,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        max_new: int | None = None,
        max_cost: Money | None = None,
        price_per_day: Money | None = None,
        retry_unknown: bool = False,
        settle: float = 60.0,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> AsyncBulkRun:
        """Creates many instances, none of them twice, and gives what has become of each as it ends. Each is charged its
        first day at once, each further one at 00:00 UTC+3 until it is deleted.

        A run begins with one list. A name that a live instance has is `skipped` with that instance: running again
        creates nothing twice. So is one that this client has created within the last ten minutes, although the list
        does not show it yet. Of one client, nobody else creates one of these names meanwhile. A creation that was
        refused with HTTP 429 is sent again only once the list has shown that nothing came of it. Names must differ;
        where a `journal` is given, one without a name gets the journal's and its place: `shops-1`. Settings belong to
        each of them, as for `create_instance`.

        With a `journal` (a file, made where there is none, for its owner alone; no token is in it) a run can be taken
        up after a crash: give the same list and the same journal. What was done is `skipped`, what failed is tried
        again, and what was sent without an answer is looked for by its name. What looking (after 1, 2, 4 … s, up to
        `settle`, 60 s unless told) does not settle is `unknown` and is not sent again, unless you say `retry_unknown`:
        you have looked. An instance that was deleted since is not created again.

        A journal belongs to one run at a time: a second one is refused, and told which process has it. While it has it,
        a file beside (`shops.journal.lock`) names the owner, and other programs find the database locked, on Linux also
        in the same process. How far a run is say its `progress` and its report; from outside, copy the journal and the
        file with `-wal` at its end, and look into the copy (`SELECT state, count(*) FROM item GROUP BY state`). Reading
        and copying harm nothing; where the journal or one of the files beside it is deleted, moved or replaced, the run
        begins nothing more, waits for what is under way, and ends with `configuration`. On a network file system none
        of this is promised.

        Guards against a slip of the pen: `max_new`, and `max_cost` at `price_per_day`, are held against what would be
        created now, one day each. `dry_run` asks for the list, tells what is `planned`, and sends and writes nothing.
        Up to 8 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each creation.

        When it is stopped or dropped, nothing more is begun; what was sent is waited for, looked for, and written down;
        the rest is `skipped`.

        Errors of the run, before anything is sent: `invalid_request` (settings that cannot be sent, a name that is
        missing, blank, given twice, that upstream may store otherwise (see `create_instance`) or, made of the
        journal's, taken by a live instance; a journal that is in use, of another run or another account, or no
        journal), `limit_exceeded`, and those of `get_instances`. At its end: `configuration` (the journal could not be
        written, or is no longer where it was; nothing was sent that is not in it). Errors of an item: those of
        `create_instance`.

        Args:
            specs: What to create, one after the other: names, or dicts of what `create_instance` takes.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            max_new: How many may be created, at most: above that nothing is sent. Defaults to no limit.
            max_cost: What the creations may cost, at most, at `price_per_day`, exact: a `Decimal`, text or an int.
                Above that nothing is sent. Defaults to no limit.
            price_per_day: What an instance costs a day, likewise; upstream publishes no prices. Defaults to none.
            retry_unknown: Whether to send again what an earlier run of the journal has sent and could not settle: you
                have looked, and it has not taken effect. Defaults to False.
            settle: Seconds to look for an instance whose creation got no answer. Defaults to 60.
            concurrency: How many may be under way at once. Defaults to 8.
            timeout: Seconds for each creation. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            names = (f"shop-{number}" for number in range(1, 3))
            async with partner.create_instances(names, journal="shops.journal", max_new=2) as run:
                async for item in run:
                    print(item.name, item.status, item.id_instance)

        Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
        """

    def delete_instance_accounts(
        self,
        ids: Iterable[Which],
        *,
        logout: bool = True,
        max_deleted: int | None = None,
        expect: int | None = None,
        delete_all: bool = False,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> AsyncBulkRun:
        """Deletes many instances, and gives what has become of each as it ends. There is no way back; they are not
        charged from the next 00:00 UTC+3 on.

        A run begins with one list. Each phone is logged out first, since upstream leaves its session open otherwise, as
        `offboard` does; `logout` false leaves that out. One that is deleted already is `skipped`, one that the list
        lacks is `failed` (`not_found`), one that is given twice is deleted once.

        Guards against deleting more than was meant, `dry_run` included: `max_deleted` is held against the live
        instances that would be deleted now; `expect` is how many are to be deleted, each counted once, those that an
        earlier run of the journal has sent included and those that were deleted already without it left out. A run that
        would delete every live instance of the account, where there is more than one, is refused unless `delete_all`
        says that it is meant.

        Safe to repeat. With a `journal`, as for `create_instances`, what was done is left out. `dry_run` says what is
        `planned` and sends nothing but the list. Up to 8 are under way at once, unless `concurrency` says otherwise;
        `timeout` is that of each instance.

        Errors of the run: `invalid_request` (no such id, a journal that will not do), `limit_exceeded` (a guard;
        nothing was sent), those of `get_instances`, and at its end `configuration` (the journal could not be written,
        or is no longer where it was). Errors of an item: those of `offboard` or `delete_instance_account`; one that is
        answered with an HTTP 404 is `failed` (`configuration`), never `done`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            logout: Whether to log the phone out first. Defaults to True.
            max_deleted: How many may be deleted, at most: above that nothing is sent. Defaults to no limit.
            expect: How many are to be deleted, with those that an earlier run of the journal has deleted: if there are
                more or fewer, nothing is sent. Defaults to any number.
            delete_all: Whether every live instance of the account may be deleted. Defaults to False: nothing is sent
                then.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            concurrency: How many may be under way at once. Defaults to 8.
            timeout: Seconds for each instance. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            async with partner.delete_instance_accounts([1101000001], dry_run=True) as run:
                async for item in run:
                    print(item.id_instance, item.status, item.error)

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
        """

    def set_instances_settings(
        self,
        ids: Iterable[Which],
        *,
        webhook_url: str | None = None,
        webhook_url_token: str | None = None,
        delay_send_messages_milliseconds: int | None = None,
        mark_incoming_messages_readed: bool | None = None,
        mark_incoming_messages_readed_on_reply: bool | None = None,
        outgoing_webhook: bool | None = None,
        outgoing_message_webhook: bool | None = None,
        outgoing_api_message_webhook: bool | None = None,
        state_webhook: bool | None = None,
        incoming_webhook: bool | None = None,
        device_webhook: bool | None = None,
        keep_online_status: bool | None = None,
        poll_message_webhook: bool | None = None,
        incoming_block_webhook: bool | None = None,
        incoming_call_webhook: bool | None = None,
        edited_message_webhook: bool | None = None,
        deleted_message_webhook: bool | None = None,
        auto_typing: int | None = None,
        link_preview: bool | None = None,
        enable_lid_mode: bool | None = None,
        extra: Mapping[str, object] | None = None,
        verify: bool = False,
        verify_timeout: float = 300.0,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> AsyncBulkRun:
        """Changes the same settings of many instances, and gives what has become of each as it ends. Every one of them
        reboots by itself, and the new values apply within five minutes. Nothing is charged.

        A run begins with one list, which has the tokens. An id that the list lacks or that is deleted is `failed`
        (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is set once.

        With `verify`, each item goes on until its settings show, as with `set_settings`, and what is not kept has the
        status `not_kept`, with an `error` that names it. That may take twice `verify_timeout` (300 seconds unless told
        otherwise) for each.

        Safe to repeat. With a `journal`, as for `create_instances`, what was done is left out; a journal is for the
        same ids and the same settings (a secret one may differ). `dry_run` says what is `planned` and sends nothing but
        the list. Up to 32 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each call.

        Errors of the run: `invalid_request` (nothing given, a value of another kind, no such id, a journal that will
        not do), those of `get_instances`, and at its end `configuration` (the journal could not be written, or is no
        longer where it was). Errors of an item: those of `set_settings`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            webhook_url: The URL that upstream posts notifications to; empty: none, and the queue over HTTP works.
            webhook_url_token: What upstream puts into the `Authorization` header of a notification. Secret.
            delay_send_messages_milliseconds: Milliseconds between two messages sent, 500 to 600000.
            mark_incoming_messages_readed: Mark incoming messages as read. Ignored where
                `markIncomingMessagesReadedOnReply` is on.
            mark_incoming_messages_readed_on_reply: Mark incoming messages as read when one is answered.
            outgoing_webhook: Notify of the status of sent messages.
            outgoing_message_webhook: Notify of messages sent from the phone.
            outgoing_api_message_webhook: Notify of messages sent through the API.
            state_webhook: Notify of changes of the authorization state.
            incoming_webhook: Notify of incoming messages and files.
            device_webhook: Notify of the phone's state. Upstream says that this is temporarily not working.
            keep_online_status: Show the account as online; the phone then makes no notification sounds.
            poll_message_webhook: Notify of polls.
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is temporarily not
                working.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too.
            edited_message_webhook: Notify of edited messages.
            deleted_message_webhook: Notify of deleted messages.
            auto_typing: Seconds to show typing before each message, 0 to 10; a message's own `typingTime` wins.
            link_preview: Give links a preview.
            enable_lid_mode: Name chats by WhatsApp's new identifiers (LID).
            extra: Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none.
            verify: Whether to look for the settings until they show. Defaults to False.
            verify_timeout: Seconds to look for them, before and again after they are set once more. Defaults to
                300.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            concurrency: How many may be under way at once. Defaults to 32.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            async for item in partner.set_instances_settings([1101000001], incoming_webhook=True):
                print(item.id_instance, item.status, item.error)

        Upstream's page: <https://green-api.com/en/docs/api/account/SetSettings/>
        """

    def reboot_instances(
        self,
        ids: Iterable[Which],
        *,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        retry_unknown: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> AsyncBulkRun:
        """Restarts many instances, and gives what has become of each as it ends: `starting` for up to five minutes, the
        phones stay linked. Nothing is charged.

        A run begins with one list, which has the tokens. An id that the list lacks or that is deleted is `failed`
        (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is rebooted once.

        Never repeated by itself: one that got no answer is `unknown`. With a `journal`, as for `create_instances`, what
        was done is left out, and what was sent without an answer stays `unknown`, unless you say `retry_unknown`.
        `dry_run` says what is `planned` and sends nothing but the list. Up to 32 are under way at once, unless
        `concurrency` says otherwise; `timeout` is that of each call.

        Errors of the run: `invalid_request` (no such id, a journal that will not do), those of `get_instances`, and at
        its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item:
        those of `reboot`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            retry_unknown: Whether to send again what an earlier run of the journal has sent without an answer. Defaults
                to False.
            concurrency: How many may be under way at once. Defaults to 32.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            rebooted = await partner.reboot_instances([1101000001]).collect()
            print([item.id_instance for item in rebooted if item.status == "done"])

        Upstream's page: <https://green-api.com/en/docs/api/account/Reboot/>
        """

    def logout_instances(
        self,
        ids: Iterable[Which],
        *,
        journal: str | PathLike[str] | None = None,
        dry_run: bool = False,
        concurrency: int | None = None,
        timeout: float | None = None,
        progress: bool | None = None,
    ) -> AsyncBulkRun:
        """Unlinks the phones of many instances, and gives what has become of each as it ends. The instances stay, and
        are charged as before.

        A run begins with one list, which has the tokens. One without a phone is `done`. An id that the list lacks or
        that is deleted is `failed` (`not_found`), one without a token `failed` (`invalid_request`), one that is given
        twice is logged out once.

        Safe to repeat. With a `journal`, as for `create_instances`, what was done is left out. `dry_run` says what is
        `planned` and sends nothing but the list. Up to 32 are under way at once, unless `concurrency` says otherwise;
        `timeout` is that of each call.

        Errors of the run: `invalid_request` (no such id, a journal that will not do), those of `get_instances`, and at
        its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item:
        those of `logout`.

        Args:
            ids: Which ones: ids, or whatever has an `id_instance`, or a list.
            journal: The file that says what was sent, so that the same run can be taken up again; made where there is
                none. Defaults to none.
            dry_run: Whether to say only what would be sent. Defaults to False.
            concurrency: How many may be under way at once. Defaults to 32.
            timeout: Seconds for each call. Defaults to the client's.
            progress: Whether to show a bar (it needs tqdm). Defaults to one at a terminal and in a notebook, if tqdm is
                there.

        Example:
            left = await partner.logout_instances([1101000001]).collect()
            print([item.id_instance for item in left if item.status == "done"])

        Upstream's page: <https://green-api.com/en/docs/api/account/Logout/>
        """

    def watch(
        self,
        *,
        interval: float = 60.0,
        since: str | None = None,
        ledger: Ledger | None = None,
        states: bool = False,
        concurrency: int = 64,
    ) -> AsyncWatch:
        """Iterates over what changes in the account: instances that are `created`, `deleted`, `renamed`, get a new
        token (`tokenChanged`), another state (`stateChanged`, with `states`), or run out (`expired`). Upstream has no
        such events: every `interval` (60 seconds) the list is asked for, which costs next to nothing while it is
        unchanged, and compared with the one before.

        Without a starting point the first list is the base, and only what changes after it is told. `since` takes a
        `snapshot()` of an earlier watch, and `ledger` a file that remembers: then the differences to that are told
        first, so nothing between two runs is missed, not even an instance that was created and deleted meanwhile. A
        snapshot holds exactly what was handed out, and no token; the ledger is written once all changes of a list were
        handed out. So after a crash a change may come twice, and none is lost.

        Nothing happens between one `next` and another. An outage is waited through, with a warning in the log. With
        `states`, each round also asks every live instance for its state, at most `concurrency` (64) at once; a state
        that could not be had stays as it was, and the first state that is known of an instance is no change, unless the
        instance is new.

        Errors, by the iteration: `unauthorized`, `configuration`, `invalid_request` (a snapshot or a ledger that cannot
        be read, or is of another account), and what else upstream refuses for good.

        Args:
            interval: Seconds from the beginning of one look to that of the next. Defaults to 60.
            since: What `snapshot()` of an earlier watch gave. Defaults to none.
            ledger: The `Ledger` that remembers. Defaults to none.
            states: Whether to ask every live instance for its state. Defaults to False.
            concurrency: How many may be asked at once. Defaults to 64.

        Example:
            async with partner.watch(interval=60) as changes:
                async for change in changes:
                    print(change.kind, change.name)

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def aclose(self) -> Coroutine[Any, Any, None]:
        """Closes the client: later calls raise ConfigurationError, calls that are under way end as they would have."""

    @property
    def closed(self) -> bool:
        """Whether the client was closed."""

    @property
    def partner_api_url(self) -> str:
        """The partner host that the client speaks to."""

    def __aenter__(self) -> Coroutine[Any, Any, Self]: ...
    def __aexit__(self, *_exception: object) -> Coroutine[Any, Any, None]: ...

@final
class CreatedInstance:
    """A new instance: its id and its token.

    Its repr masks the token, and it refuses to be pickled: read `api_token_instance` where you need it.
    """

    @property
    def id_instance(self) -> int:
        """The instance's id."""

    @property
    def api_token_instance(self) -> str:
        """The instance's token. Secret."""

    @property
    def type_instance(self) -> str | None:
        """The messenger: whatsapp, telegram or v3 (MAX)."""

    @property
    def api_url(self) -> str | None:
        """The instance's API host, if upstream ever sends it."""

    @property
    def media_url(self) -> str | None:
        """The instance's upload host, if upstream ever sends it."""

    @property
    def extra(self) -> dict[str, Any]:
        """What upstream sent besides, by its own names."""

    def to_dict(self, *, include_tokens: bool = False) -> dict[str, Any]:
        """The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.

        Without `include_tokens` there is no `api_token_instance` in it.
        """

    def _repr_html_(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@disjoint_base
class Instance:
    """One line of the list: an instance as upstream lists it.

    Its repr masks the token, and it refuses to be pickled: see `to_dict`.
    """

    @property
    def id_instance(self) -> int:
        """The instance's id."""

    @property
    def name(self) -> str | None:
        """The name that the console shows; `Instance <id>` unless one was given."""

    @property
    def type_instance(self) -> str | None:
        """The messenger: whatsapp, telegram or v3 (MAX)."""

    @property
    def messenger(self) -> str | None:
        """The messenger again, in the newest lists."""

    @property
    def type_account(self) -> str | None:
        """Deprecated by upstream; empty."""

    @property
    def partner_user_uiid(self) -> str | None:
        """Deprecated by upstream; empty."""

    @property
    def time_created(self) -> datetime | None:
        """When it was created."""

    @property
    def time_deleted(self) -> datetime | None:
        """When it was deleted; nothing while it lives."""

    @property
    def api_token_instance(self) -> str | None:
        """The instance's token. Secret."""

    @property
    def deleted(self) -> bool:
        """Whether it is deleted. Such a one stays listed for three months."""

    @property
    def tariff(self) -> str | None:
        """The plan, such as PARTNER_23."""

    @property
    def is_free(self) -> bool | None:
        """Whether it is on the free plan (Developer)."""

    @property
    def is_partner(self) -> bool | None:
        """Whether it is on the Partner plan."""

    @property
    def expiration_date(self) -> datetime | None:
        """When its day ends; a partner's instance renews by itself."""

    @property
    def is_expired(self) -> bool:
        """Whether it is unpaid."""

    @property
    def api_url(self) -> str | None:
        """The instance's API host, where the list names it."""

    @property
    def media_url(self) -> str | None:
        """The instance's upload host, where the list names it."""

    @property
    def extra(self) -> dict[str, Any]:
        """What upstream sent besides, by its own names."""

    def to_dict(self, *, include_tokens: bool = False) -> dict[str, Any]:
        """The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.

        Without `include_tokens` there is no `api_token_instance` in it.
        """

    def _repr_html_(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@final
class EnsuredInstance(Instance):
    """What `ensure_instance` gives: the live instance of the name, and whether it is new.

    It is an `Instance`, and equal to the same one of a list.
    """

    @property
    def is_new(self) -> bool:
        """Whether this call has created it, and its first day was charged."""

    def to_dict(self, *, include_tokens: bool = False) -> dict[str, Any]:
        """The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.

        Without `include_tokens` there is no `api_token_instance` in it.
        """

@final
class Instances(Collection[Instance], Reversible[Instance]):
    """The list of instances, which stays in Rust: an `Instance` is made when it is touched.

    It has a length, indices and slices, and whatever speaks Arrow takes it as it is, without the tokens:
    `polars.DataFrame(instances)`, `pyarrow.table(instances)`, DuckDB's `FROM instances`.
    """

    @property
    def live(self) -> Instances:
        """Those that are not deleted."""

    @property
    def deleted(self) -> Instances:
        """Those that are deleted; upstream lists them for three months."""

    def find(self, id_instance: SupportsIndex) -> Instance | None:
        """The instance with this id, or None."""

    def index(self, value: Instance, start: int = 0, stop: int | None = None) -> int:
        """The place of an instance in the list."""

    def count(self, value: object) -> int:
        """How many times an instance is in the list."""

    def billing(
        self,
        *,
        price_per_day: Money | Mapping[str, Money] | None = None,
        since: date | None = None,
        until: datetime | None = None,
        listed_at: datetime | None = None,
        prefix_separator: str = "-",
    ) -> Billing:
        """Says what these instances cost: by instance, day, month and name, with a forecast, and what could be saved.
        It asks nobody; prices are yours, since upstream publishes none.

        A partner's instance is charged for the day on which it is created, and at each 00:00 UTC+3 that it sees, for
        the day that begins there. One that lives for twelve seconds costs a day, and two days where midnight is among
        them. What upstream charges an instance that is created or deleted at exactly midnight is not documented; here,
        that midnight does not count for it. Charged are instances whose `is_partner` is true, or absent with a tariff
        `PARTNER_…`, and that are not free. The others are listed as not partner billing, without days: upstream's
        console bills them.

        `price_per_day` is one exact price for all tariffs or one for each, 0 to 1,000,000,000 with at most 8 decimal
        places. Days on a tariff without a price are counted, and their cost is left open: the note says so, and sums
        that lack them are not `complete`. `since` is the first day of UTC+3 that counts (all by default), `until` the
        last moment (now by default); one in the future counts every live instance as if it stayed. `prefix_separator`
        (`-` by default) ends the prefix of a name.

        A list forgets instances that were deleted more than three months ago, and with them what they cost: before
        `complete_since`, days and months are not `complete`. That goes by `listed_at`, when the list was made: now, or
        `until` where that is later. What else nobody knows (an instance without a creation time, or deleted at an
        unknown time) is a note of the instance, and the days that it may have been charged for are not `complete`
        either.

        Errors: `invalid_request` (a price that is negative, too large or too fine; an empty separator).

        Args:
            price_per_day: What a day costs: a `Decimal`, text or an int, or a dict of them by tariff. Defaults to no
                prices: days are counted.
            since: The first day of UTC+3 that counts, a `date`. Defaults to as far back as is known.
            until: The moment up to which charges count, a `datetime` with its `tzinfo`. Defaults to now.
            listed_at: When the list was made, likewise. Defaults to now, or to `until` where that is later. Without
                effect for a ledger.
            prefix_separator: What ends the prefix of a name. Defaults to `-`.

        Example:
            bill = partner.get_instances().billing(price_per_day="0.30")
            print(bill.total, bill.forecast, bill.next_charge_at)
        """

    def to_pandas(self, *, zone: str | tzinfo | None = None, include_tokens: bool = False) -> pandas.DataFrame:
        """The list as pandas' data frame: a column for each field, times in UTC. Needs pandas and pyarrow.

        With `zone` (`"Europe/Moscow"`, or a tzinfo) times are that zone's, and naive: what `to_excel` takes. Without
        `include_tokens` there is no `api_token_instance` in it.
        """

    def to_polars(self, *, include_tokens: bool = False) -> polars.DataFrame:
        """The list as polars' data frame: a column for each field, times in UTC. Needs polars.

        Without `include_tokens` there is no `api_token_instance` in it.
        """

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Instance: ...
    @overload
    def __getitem__(self, index: slice, /) -> Instances: ...
    def __contains__(self, value: object, /) -> bool: ...
    def __iter__(self) -> Iterator[Instance]: ...
    def __reversed__(self) -> Iterator[Instance]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@final
class Billing:
    """What instances cost, worked out once: sums, tables, and what could be saved. Nothing is asked of upstream.

    A notebook shows its sums and its months.
    """

    @property
    def total(self) -> Decimal:
        """What all of it costs, as far as the days have a price: see `unpriced_days`."""

    @property
    def total_days(self) -> int:
        """How many days are charged, of all instances together."""

    @property
    def unpriced_days(self) -> int:
        """How many of them have no price."""

    @property
    def forecast(self) -> Decimal:
        """What the whole month will have cost at its end, if nothing is created or deleted any more: what is charged so
        far, and every live instance at each midnight that is left. As far as the days have a price; `since` does not
        limit it.
        """

    @property
    def next_charge_at(self) -> datetime:
        """The next midnight of UTC+3, at which every live instance is charged."""

    @property
    def complete_since(self) -> datetime | None:
        """Since when nothing is missing. Before it, instances that were deleted may be: a list forgets them after three
        months, a ledger goes back as far as it was fed. None: nothing is missing anywhere.
        """

    @property
    def instances(self) -> Table[InstanceCost]:
        """What each instance costs, by id."""

    @property
    def days(self) -> Table[DayCost]:
        """What each day costs, from the first charged day to the last."""

    @property
    def months(self) -> Table[MonthCost]:
        """What each month costs, from the first charged one to the last."""

    @property
    def prefixes(self) -> Table[PrefixCost]:
        """What the instances cost whose names begin alike: the dearest first, then by prefix."""

    @property
    def other(self) -> Table[InstanceCost]:
        """The instances that are not charged as a partner's are: free ones, and those that are paid in the console."""

    def waste(self, idle_days: int = 30) -> Table[Waste]:
        """Lists the live, charged instances that nobody may be using, by id: those that no phone was ever linked to
        (`neverLinked`), those without a phone for at least `idle_days` whole days, one at least (`idle`), and those of
        which nobody knows (`unknown`). One that is linked now is not listed.

        `idle_days` of a row is for how long: since the last phone, or since the creation where there was none. A
        customer's new instance is `neverLinked` from its first minute on, whatever `idle_days` you ask for: look at the
        row's before you delete it. `days` and `cost` are the charged days without a phone; where that is unknown, all
        of them.

        A list alone knows nothing of phones, and every instance is `unknown`.

        Args:
            idle_days: For how many whole days no phone must have been linked. Defaults to 30.

        Example:
            for one in ledger.billing(price_per_day="0.30").waste(idle_days=14):
                print(one.id_instance, one.why, one.idle_days, one.cost)
        """

    def if_deleted(self, ids: Iterable[Which]) -> Saving:
        """Says what is not charged if these instances are deleted before the next charge: at the next midnight of
        UTC+3, per day, and until the end of the month of UTC+3. What was charged already is not given back. Deletes
        nothing.

        Ids that are unknown, gone or not partner billing are not counted, and stand in `ignored`; an id given twice
        counts once. Without a price for each of them it is not `complete`.

        Args:
            ids: The instances: their ids, or whatever has an `id_instance`, such as the rows of `waste()`.

        Example:
            bill = ledger.billing(price_per_day="0.30")
            print(bill.if_deleted(bill.waste()).to_month_end)
        """

    def _repr_html_(self) -> str: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@final
class Ledger:
    """A file (SQLite) that keeps what upstream's list forgets: instances deleted more than three months ago, and who
    was ever linked to a phone. It is fed by lists, by inspections and by `watch`.

    Each instance is one row, with the first and the last moment at which a recorded list had it. One that was live and
    is missing from a list, without ever having been shown as deleted, has vanished: nobody knows when, nor that it was
    deleted. It holds no tokens, and only its owner can read the file. A ledger that `watch` has fed is of that account,
    and refuses another's.

    Several programs and threads may use one ledger: each call has the file for itself, for milliseconds, and the others
    wait their turn (up to 10 seconds, then `unavailable`). While a call lasts a file beside (`instances.ledger.lock`)
    names its process, and any SQLite is told that the database is locked, whatever else the process does with the file;
    between two calls another program may look at it or copy it. A file that was deleted, moved or replaced since it was
    opened is `configuration`, never another one. Keep it on a local disk: network file systems are not promised.

    Every method blocks while it reads or writes the file, and other threads go on meanwhile; any number of them may use
    it at once, and `watch(ledger=…)` of either client.

    Args:
        path: Where the file is, or is to be made; `:memory:` is one that is gone when it is closed.

    Raises:
        InvalidRequestError: the file is no ledger, or one of a newer version.
        ConfigurationError: it cannot be opened.
        UnavailableError: another program has it for longer than 10 seconds.

    Example:
        with Ledger("instances.ledger") as ledger:
            ledger.record(partner.get_instances())
            print(ledger.billing(price_per_day="0.30").total)
    """

    def __new__(cls, path: str | PathLike[str]) -> Self: ...
    def record(self, instances: Instances) -> None:
        """Records a list, the whole one where this is a view of it. Nothing that was recorded before is forgotten.

        Args:
            instances: What `get_instances` gave.

        Raises:
            ConfigurationError: the file cannot be written, is no longer where it was opened, or was closed.
            UnavailableError: another program has it for longer than 10 seconds.

        Example:
            with Ledger("instances.ledger") as ledger:
                ledger.record(partner.get_instances())
        """

    def record_inspections(self, inspections: Iterable[Inspection]) -> None:
        """Records who was ever linked to a phone, and until when: what an inspection does not know changes nothing, and
        what is known is never taken back.

        Args:
            inspections: What `inspect(history=True)` gave: its `collect()`, or any of its results.

        Raises:
            ConfigurationError: the file cannot be written, is no longer where it was opened, or was closed.
            UnavailableError: another program has it for longer than 10 seconds.
            TypeError: something that is no `Inspection`.

        Example:
            with Ledger("instances.ledger") as ledger:
                ledger.record_inspections(partner.inspect(history=True))
        """

    def billing(
        self,
        *,
        price_per_day: Money | Mapping[str, Money] | None = None,
        since: date | None = None,
        until: datetime | None = None,
        listed_at: datetime | None = None,
        prefix_separator: str = "-",
    ) -> Billing:
        """Says what these instances cost: by instance, day, month and name, with a forecast, and what could be saved.
        It asks nobody; prices are yours, since upstream publishes none.

        A partner's instance is charged for the day on which it is created, and at each 00:00 UTC+3 that it sees, for
        the day that begins there. One that lives for twelve seconds costs a day, and two days where midnight is among
        them. What upstream charges an instance that is created or deleted at exactly midnight is not documented; here,
        that midnight does not count for it. Charged are instances whose `is_partner` is true, or absent with a tariff
        `PARTNER_…`, and that are not free. The others are listed as not partner billing, without days: upstream's
        console bills them.

        `price_per_day` is one exact price for all tariffs or one for each, 0 to 1,000,000,000 with at most 8 decimal
        places. Days on a tariff without a price are counted, and their cost is left open: the note says so, and sums
        that lack them are not `complete`. `since` is the first day of UTC+3 that counts (all by default), `until` the
        last moment (now by default); one in the future counts every live instance as if it stayed. `prefix_separator`
        (`-` by default) ends the prefix of a name.

        A list forgets instances that were deleted more than three months ago, and with them what they cost: before
        `complete_since`, days and months are not `complete`. That goes by `listed_at`, when the list was made: now, or
        `until` where that is later. What else nobody knows (an instance without a creation time, or deleted at an
        unknown time) is a note of the instance, and the days that it may have been charged for are not `complete`
        either.

        Errors: `invalid_request` (a price that is negative, too large or too fine; an empty separator).

        Args:
            price_per_day: What a day costs: a `Decimal`, text or an int, or a dict of them by tariff. Defaults to no
                prices: days are counted.
            since: The first day of UTC+3 that counts, a `date`. Defaults to as far back as is known.
            until: The moment up to which charges count, a `datetime` with its `tzinfo`. Defaults to now.
            listed_at: When the list was made, likewise. Defaults to now, or to `until` where that is later. Without
                effect for a ledger.
            prefix_separator: What ends the prefix of a name. Defaults to `-`.

        Example:
            with Ledger("instances.ledger") as ledger:
                print(ledger.billing(price_per_day="0.30").total)
        """

    def close(self) -> None:
        """Closes the file: later calls raise ConfigurationError. A watch that has it goes on."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...

@final
class QrCode:
    """A QR code that links the phone that scans it: as secret as a password while it is good.

    A notebook shows it as a picture. Its repr shows neither picture nor payload, and it refuses to be pickled.
    """

    type: ClassVar[Literal["qrCode"]]
    @property
    def png(self) -> bytes:
        """The picture, a PNG."""

    @property
    def data_url(self) -> str:
        """The picture as an address for an `<img>`."""

    @property
    def text(self) -> str | None:
        """What a phone reads; nothing where the picture is no readable QR code."""

    @property
    def expires_at(self) -> datetime:
        """When upstream replaces it: 20 seconds after it came."""

    def svg(self) -> str:
        """The picture as an SVG, sharp at any size; where it is no readable QR code, one around the PNG."""

    def terminal(self) -> str:
        """The picture in Unicode half blocks, for a terminal, dark or light: lines that end with a line feed."""

    def to_dict(self) -> dict[str, Any]:
        """Its type, `data_url` and `expires_at`, as JSON has them."""

    def to_json(self) -> dict[str, Any]:
        """The event as JSON that a browser takes as it is: its type, `dataUrl` and `expiresAt`."""

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@final
class InstanceHandle:
    """What `InstanceClient` and `AsyncInstanceClient` hold: it waits, or gives what is to be awaited."""

    def __new__(
        cls,
        id_instance: SupportsIndex,
        api_token_instance: str,
        *,
        api_url: str | None,
        media_url: str | None,
        timeout: float,
        max_retries: int,
        max_response_size: int,
        proxy: str | None,
        ca_file: str | PathLike[str] | None,
        pacing: bool,
        awaited: bool,
    ) -> Self: ...
    def call(
        self,
        operation: str,
        arguments: dict[str, Any] | Sealed,
        timeout: float | None,
        file: dict[str, Any] | Sealed | None = None,
    ) -> Any:
        """Any upstream method by its name, with arguments by theirs."""

    def other(
        self,
        method: str,
        parts: dict[str, Any] | Sealed,
        timeout: float | None,
        file: dict[str, Any] | Sealed | None = None,
    ) -> Any:
        """A method that core has no function for, by what the caller says of it."""

    def events(self, operation: str, arguments: dict[str, Any] | Sealed, timeout: float | None) -> Any:
        """Any iteration over events by its name, with arguments by theirs."""

    def notifications(self, arguments: dict[str, Any] | Sealed, timeout: float | None) -> Any:
        """The iteration over notifications."""

    def qr_page_url(self) -> str: ...
    def close(self) -> None: ...
    @property
    def id_instance(self) -> int: ...
    @property
    def api_token_instance(self) -> str: ...
    @property
    def type_instance(self) -> str | None: ...
    @property
    def api_url(self) -> str: ...
    @property
    def media_url(self) -> str: ...
    @property
    def closed(self) -> bool: ...

@final
class EventsHandle:
    """A flow under way, behind `greenapi_partner.Events` and `AsyncEvents`."""

    def next(self) -> Any:
        """The next event, or None after the last."""

    def close(self) -> None:
        """Ends the flow."""

    @property
    def instance(self) -> Any:
        """The client of the instance, once it is known."""

@final
class NotificationsHandle:
    """Notifications under way, behind `greenapi_partner.Notifications` and `AsyncNotifications`."""

    def next(self) -> Any:
        """The next notification, or None once it was closed, or nothing came for as long as was said."""

    def ack(self) -> Any:
        """Acknowledges the last one now."""

    def close(self) -> None:
        """Ends it; the last one is not acknowledged."""

@final
class WatchHandle:
    """A watch, behind `greenapi_partner.Watch` and `AsyncWatch`."""

    def next(self) -> Any:
        """The next change, or None once it was closed."""

    def snapshot(self) -> str | None:
        """What was handed out so far, as text without tokens; None before the first list."""

    def close(self) -> None:
        """Ends it."""

@final
class Record:
    """An object that upstream sent, by the fields of its model."""

    @property
    def model(self) -> str:
        """The name of its class."""

    @property
    def extra(self) -> dict[str, Any]:
        """What upstream sent besides."""

    def get(self, name: str) -> Any:
        """The value of a field; None where upstream sent none."""

    def content(self) -> object:
        """Of a message: its content, in the class of its kind."""

    def settable(self) -> dict[str, Any]:
        """Of settings: what `set_settings` takes of them."""

    def to_dict(self, include_tokens: bool) -> dict[str, Any]:
        """The fields by Python's names, as JSON has them; what upstream sent besides under `extra`."""

    def to_json(self) -> dict[str, Any]:
        """Core's JSON of an event, the same in every language."""

    def html(self) -> str:
        """A table for people, secrets masked."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class RunHandle:
    """A run, behind `greenapi_partner.Run` and `AsyncRun`."""

    def next(self) -> Any:
        """The next result, or None after the last."""

    def gather(self) -> Any:
        """Waits for the next result, and keeps it for `collect`; False after the last."""

    def collect(self) -> Any:
        """What was gathered and what is still to come, as a table."""

    def stop(self) -> None:
        """Begins nothing more."""

    def close(self) -> None:
        """Ends it; what was sent ends by itself.

        It is stopped here and now: a call that was cancelled may still hold the run for a moment, and would begin more.
        """

    def report(self) -> TableHandle:
        """Every item as it stands, in the order in which they were given."""

    @property
    def progress(self) -> Any:
        """How far it has come."""

@final
class Sealed:
    """Arguments by their names. It shows nothing of them."""

    def __new__(cls, **arguments: Any) -> Self: ...
    def open_for(self, callable: Callable[..., _T]) -> _T:
        """What `callable` makes of them."""

    def json(self) -> bytes:
        """They as JSON."""

@final
class TableHandle:
    """Rows of one model, behind `greenapi_partner.Table`."""

    def __new__(cls, records: list[Record]) -> Self: ...
    @property
    def model(self) -> str | None:
        """The name of the rows' class; None where there are no rows to tell it."""

    def row(self, place: int) -> Any:
        """The row at this place."""

    def select(self, places: list[int]) -> TableHandle:
        """The rows at these places."""

    def to_dicts(self, include_tokens: bool) -> list[dict[str, Any]]:
        """A dict for each row."""

    def columns(self, include_tokens: bool) -> Columns:
        """The rows as columns."""

    def html(self) -> str:
        """A table for people, secrets masked."""

    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Columns:
    """Columns that are made, for whatever speaks Arrow."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class TerminalView:
    """What `greenapi_partner.show_in_terminal` draws with."""

    def __new__(cls, in_place: bool) -> Self: ...
    def draw(self, event: QrCode | Record) -> str:
        """What to write for an event."""

def parse_notification(
    body: bytes | bytearray | memoryview | str | Mapping[str, object],
    authorization: str | None = None,
    webhook_url_token: str = ...,
) -> AnyNotification:
    """Reads the notification of a webhook in your own web framework: the typed notification of a request's `body`,
    after a look at who sent it. Calls nobody, and takes no client.

    `authorization` is the request's `Authorization` header, and `webhook_url_token` what you set as the instance's
    setting of that name. With a token, the header must hold it, behind `Bearer`, behind `Basic` or by itself; a token
    that begins with one of these words must stand there as it is. The two are compared in constant time. Where it is
    left out nothing is checked: anybody who knows the address can then post what they like. A variable that is not set
    leaves nothing out: it is an error.

    Answer with HTTP 200, and only when the notification is dealt with or stored: upstream sends it again after a minute
    otherwise, for 24 hours, and holds back those behind it. So one may come twice; tell by `id_message`, type and
    status.

    Types that this version knows have their own class; every one has its `body` as it came. A message has its
    `content` by its kind: `FileContent` with `caption` and `download_url`, `LocationContent`, `PollUpdateContent` and
    so on. What cannot be read in it is absent, and never an error. There is no `receipt_id`.

    Errors: `unauthorized` (the header is missing or wrong: answer with HTTP 401), `invalid_request` (the body is no
    JSON object with a `typeWebhook`), `configuration` (the token is given, and is empty or none at all).

    Args:
        body: The request's body, as it came or as JSON that was read already.
        authorization: The request's `Authorization` header.
        webhook_url_token: What the header must hold; None is refused. Secret. Left out, anybody is believed.

    Example:
        notification = parse_notification(
            b'{"typeWebhook": "stateInstanceChanged", "stateInstance": "authorized"}', "Bearer s3cret", "s3cret"
        )
        assert isinstance(notification, StateInstanceChanged)
        print(notification.state_instance)

    Upstream's page: <https://green-api.com/en/docs/api/receiving/technology-webhook-endpoint/>
    """

@final
class MockServer:
    """The server behind `greenapi_partner.testing.MockServer`."""

    def __new__(cls, options: dict[str, Any] | Sealed) -> Self: ...
    @property
    def url(self) -> str: ...
    @property
    def partner_token(self) -> str: ...
    def close(self) -> None:
        """Stops the server; its port is free afterwards."""
