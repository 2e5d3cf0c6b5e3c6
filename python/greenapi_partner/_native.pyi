"""The part of the package that is in Rust. Import its names from `greenapi_partner`.

Its docstrings are those of the compiled module, which takes the prose from core; a test compares them.
"""

# ruff: noqa: D205 (core's first paragraphs may be longer than a line)

from collections.abc import Coroutine, Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, ClassVar, Final, Literal, SupportsIndex, final, overload

from typing_extensions import Self

from .events import Event
from .instance import InstanceClient
from .instance_async import AsyncInstanceClient
from .iterators import AsyncEvents, Events

__all__ = [
    "AsyncPartnerClient",
    "CreatedInstance",
    "EventsHandle",
    "Instance",
    "InstanceHandle",
    "Instances",
    "MockServer",
    "NotificationsHandle",
    "PartnerClient",
    "QrCode",
    "Record",
    "TerminalView",
    "__version__",
    "parse_notification",
]

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
        proxy: A proxy for every call: `http://user:password@host:port`, `socks5://host:port`. Defaults to
            `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one.
        ca_file: A PEM file with certificates to trust besides the system's. Defaults to none.
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

        Sent at most once: a request that may have reached upstream is never repeated, because upstream has no
        idempotency keys and each instance is billed. If no usable answer comes, the error is `outcome_unknown`:
        list the instances and look for the name before you create again, or use `ensure_instance`, which does that.

        Errors: `invalid_request` (no setting, an unknown one, a delay outside 500 to 600000 ms), `no_capacity`
        (nothing was created; try later), `outcome_unknown`, `unauthorized`, `rate_limited`, `unavailable` and
        `timeout` (nothing was sent).

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

        The list stays in Rust as one compact value, and an item is made when it is touched. Times are aware:
        upstream's zone-less times are UTC+3. Fields that this version does not know are kept in `extra`. An
        unchanged list costs no parsing: its `ETag` is remembered and sent.

        Safe to repeat: it is sent again after a lost connection, a cut answer, 5xx, or 429 (after the wait that
        upstream asks for).

        Errors: `unauthorized`, `rate_limited`, `unavailable`, `timeout`, `protocol` (an answer that is no list),
        `refused`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
        """

    def get_instance(self, id_instance: SupportsIndex, *, timeout: float | None = None) -> Instance:
        """Finds one instance by its id in the list of `get_instances`; upstream has no method for one. A deleted
        instance is found too, as long as upstream lists it: look at `deleted`.

        Errors: `not_found` (the list lacks it), `invalid_request` (an id that cannot be one), and those of
        `get_instances`.

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

        Errors: `not_found` (there is no such instance, or it was deleted before), `invalid_request` (an id that
        cannot be one), `refused` (upstream's `false`), `unauthorized`, `rate_limited`, `unavailable`, `timeout`.

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
    ) -> Instance:
        """Gives the live instance of that name, or creates one: the call to make when a repeated one must not bill
        twice.

        It lists first, and creates at most once per call. If the creation gets no usable answer, it looks into the
        list (after 1, 2, 4 … s) for as long as `settle` says, 60 s unless told, or until the call's time is up;
        still absent, the error is `outcome_unknown`, never a second creation. The creation gets at most half of the
        call's time, so that some is left to look. Of several live instances with that name the oldest is given,
        with a warning in the log. The settings are used only where it creates; those of an existing instance are
        neither compared nor changed. Of a new instance only id, name, messenger and token are known until the next
        list.

        Of one client, two calls with the same name wait for each other, and the second finds what the first created. A
        call that is cancelled sends nothing more; a creation that was already sent goes on without its caller, so that
        the next call with that name finds the instance. Two clients at once, be it in two processes, can still create
        two, and so can a creation that takes effect after `settle`: upstream knows no unique names.

        Errors: `invalid_request` (no name), and those of `get_instances` and `create_instance`.

        Args:
            name: The name to look for, and to give.
            settle: Seconds to look for an instance whose creation got no answer; 0: not at all. Defaults to 60.
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

        It takes the settings of `create_instance`; they are used only where it creates. `phone_number` links by number
        instead of by QR code. The iterator's `instance` is the instance's client, for passwords and codes, once
        `Created` was given.

        Errors, by the iteration: those of `ensure_instance` and of `authorize`.

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
        out otherwise (not ready, unpaid, a wrong token) is deleted all the same, with a warning in the log.

        Errors: `not_found` (the account lists no such instance), and those of `get_instances`, `logout` and
        `delete_instance_account`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole of it. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
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
        proxy: A proxy for every call: `http://user:password@host:port`, `socks5://host:port`. Defaults to
            `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one.
        ca_file: A PEM file with certificates to trust besides the system's. Defaults to none.
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

        Sent at most once: a request that may have reached upstream is never repeated, because upstream has no
        idempotency keys and each instance is billed. If no usable answer comes, the error is `outcome_unknown`:
        list the instances and look for the name before you create again, or use `ensure_instance`, which does that.

        Errors: `invalid_request` (no setting, an unknown one, a delay outside 500 to 600000 ms), `no_capacity`
        (nothing was created; try later), `outcome_unknown`, `unauthorized`, `rate_limited`, `unavailable` and
        `timeout` (nothing was sent).

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

        The list stays in Rust as one compact value, and an item is made when it is touched. Times are aware:
        upstream's zone-less times are UTC+3. Fields that this version does not know are kept in `extra`. An
        unchanged list costs no parsing: its `ETag` is remembered and sent.

        Safe to repeat: it is sent again after a lost connection, a cut answer, 5xx, or 429 (after the wait that
        upstream asks for).

        Errors: `unauthorized`, `rate_limited`, `unavailable`, `timeout`, `protocol` (an answer that is no list),
        `refused`.

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
        instance is found too, as long as upstream lists it: look at `deleted`.

        Errors: `not_found` (the list lacks it), `invalid_request` (an id that cannot be one), and those of
        `get_instances`.

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

        Errors: `not_found` (there is no such instance, or it was deleted before), `invalid_request` (an id that
        cannot be one), `refused` (upstream's `false`), `unauthorized`, `rate_limited`, `unavailable`, `timeout`.

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
    ) -> Coroutine[Any, Any, Instance]:
        """Gives the live instance of that name, or creates one: the call to make when a repeated one must not bill
        twice.

        It lists first, and creates at most once per call. If the creation gets no usable answer, it looks into the
        list (after 1, 2, 4 … s) for as long as `settle` says, 60 s unless told, or until the call's time is up;
        still absent, the error is `outcome_unknown`, never a second creation. The creation gets at most half of the
        call's time, so that some is left to look. Of several live instances with that name the oldest is given,
        with a warning in the log. The settings are used only where it creates; those of an existing instance are
        neither compared nor changed. Of a new instance only id, name, messenger and token are known until the next
        list.

        Of one client, two calls with the same name wait for each other, and the second finds what the first created. A
        call that is cancelled sends nothing more; a creation that was already sent goes on without its caller, so that
        the next call with that name finds the instance. Two clients at once, be it in two processes, can still create
        two, and so can a creation that takes effect after `settle`: upstream knows no unique names.

        Errors: `invalid_request` (no name), and those of `get_instances` and `create_instance`.

        Args:
            name: The name to look for, and to give.
            settle: Seconds to look for an instance whose creation got no answer; 0: not at all. Defaults to 60.
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

        It takes the settings of `create_instance`; they are used only where it creates. `phone_number` links by number
        instead of by QR code. The iterator's `instance` is the instance's client, for passwords and codes, once
        `Created` was given.

        Errors, by the iteration: those of `ensure_instance` and of `authorize`.

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
        out otherwise (not ready, unpaid, a wrong token) is deleted all the same, with a warning in the log.

        Errors: `not_found` (the account lists no such instance), and those of `get_instances`, `logout` and
        `delete_instance_account`.

        Args:
            id_instance: The instance's id, from 1 up.
            timeout: Seconds for the whole of it. Defaults to the client's.

        Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
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

@final
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
class Instances(Sequence[Instance]):
    """The list of instances: a sequence that stays in Rust; an `Instance` is made when it is touched."""

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
        proxy: str | None,
        ca_file: str | PathLike[str] | None,
        pacing: bool,
        awaited: bool,
    ) -> Self: ...
    def call(
        self,
        operation: str,
        arguments: dict[str, Any],
        timeout: float | None,
        file: tuple[str, bytes | str] | None = None,
    ) -> Any:
        """Any upstream method by its name, with arguments by theirs."""

    def other(
        self,
        method: str,
        parts: dict[str, Any],
        timeout: float | None,
        file: tuple[str, bytes | str] | None = None,
    ) -> Any:
        """A method that core has no function for, by what the caller says of it."""

    def wait_until_ready(self, timeout: float, interval: float | None, reboot_after: float | None) -> Any: ...
    def wait_until_authorized(self, timeout: float, interval: float | None) -> Any: ...
    def authorize(
        self, phone_number: int | str | None, timeout: float, interval: float | None, reboot_after: float | None
    ) -> Any: ...
    def scan_qr_code(self, timeout: float | None) -> Any: ...
    def notifications(self, receive_timeout: int | None, timeout: float | None) -> Any: ...
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
        """The next notification, or None once it was closed."""

    def ack(self) -> Any:
        """Acknowledges the last one now."""

    def close(self) -> None:
        """Ends it; the last one is not acknowledged."""

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

    def to_dict(self, include_tokens: bool) -> dict[str, Any]:
        """The fields by Python's names, as JSON has them; what upstream sent besides under `extra`."""

    def to_json(self) -> dict[str, Any]:
        """Core's JSON of an event, the same in every language."""

    def html(self) -> str:
        """A table for people, secrets masked."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class TerminalView:
    """What `greenapi_partner.show_in_terminal` draws with."""

    def __new__(cls, in_place: bool) -> Self: ...
    def draw(self, event: QrCode | Record) -> str:
        """What to write for an event."""

def parse_notification(body: bytes, authorization: str | None, webhook_url_token: str | None) -> Any:
    """What `greenapi_partner.parse_notification` does with bytes."""

@final
class MockServer:
    """The server behind `greenapi_partner.testing.MockServer`."""

    def __new__(cls, options: dict[str, Any]) -> Self: ...
    @property
    def url(self) -> str: ...
    @property
    def partner_token(self) -> str: ...
    def close(self) -> None:
        """Stops the server; its port is free afterwards."""
