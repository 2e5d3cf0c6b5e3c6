"""The client of one instance for scripts, threads and notebooks: every method waits for its answer."""

# ruff: noqa: D205 (core's first paragraphs may be longer than a line)

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, SupportsIndex, final

from ._file import File
from ._native import InstanceHandle, QrCode, Sealed
from ._repr import never_fails
from .events import Authorized, Event, PasskeyRequired, PasswordNeeded
from .iterators import Events, Notifications
from .models import AccountSettings, CheckedAccount, ProfilePicture, SentMessage, Settings, StateChange, WaSettings
from .notifications import AnyNotification

if TYPE_CHECKING:
    from .instance_async import AsyncInstanceClient

__all__ = ["InstanceClient", "qr_page_url"]


@final
class InstanceClient:
    """The client of one instance: every method waits for its answer.

    `partner.instance(…)` makes one over the partner's connections; this makes one without a partner. Any number of
    threads may use it at once. It works after `fork`, and ends a call on Ctrl-C.

    Args:
        id_instance: The instance's id.
        api_token_instance: The instance's token. Secret.
        api_url: The host of its calls, upstream's `apiUrl`. Defaults to `GREENAPI_API_URL`, then to the instance's own.
        media_url: The host of its uploads, upstream's `mediaUrl`. Defaults to `GREENAPI_MEDIA_URL`, then to the
            instance's own.
        timeout: Seconds for a whole call, with its retries. Defaults to 60; where that is left as it is, `qr` may take
            90 and a call with a file 300.
        max_retries: How many times one call may be sent again, where that is safe. Defaults to 3.
        max_response_size: The largest answer that is read, in bytes, counted after it was unpacked; a larger one is an
            error at once. Defaults to 268435456 (256 MiB).
        proxy: A proxy for every call: `http://user:password@host:port`, `socks5://host:port`. Defaults to
            `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one.
        ca_file: A PEM file with certificates to trust besides the system's, or a folder of such files. Those that
            `SSL_CERT_FILE`, `SSL_CERT_DIR` and `REQUESTS_CA_BUNDLE` (or `CURL_CA_BUNDLE`) name when the client is made
            are trusted as well. Defaults to none.
        pacing: Keep calls to upstream's documented rates, per method. Defaults to True.

    Raises:
        InvalidRequestError: an id that cannot be one.
        ConfigurationError: a malformed token, a URL that will not do, an unreadable file, a bad number.
    """

    __slots__ = ("__weakref__", "_handle")
    _handle: InstanceHandle

    def __init__(
        self,
        id_instance: SupportsIndex,
        api_token_instance: str,
        *,
        api_url: str | None = None,
        media_url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 3,
        max_response_size: int = 268_435_456,
        proxy: str | None = None,
        ca_file: str | PathLike[str] | None = None,
        pacing: bool = True,
    ) -> None:
        sealed = Sealed(
            id_instance=id_instance,
            api_token_instance=api_token_instance,
            api_url=api_url,
            media_url=media_url,
            timeout=timeout,
            max_retries=max_retries,
            max_response_size=max_response_size,
            proxy=proxy,
            ca_file=ca_file,
            pacing=pacing,
            awaited=False,
        )
        del api_token_instance, api_url, media_url, proxy
        self._handle = sealed.open_for(InstanceHandle)

    @property
    def id_instance(self) -> int:
        """The instance's id."""
        return self._handle.id_instance

    @property
    def api_token_instance(self) -> str:
        """The token that calls are made with: another one after `update_api_token`. Secret."""
        return self._handle.api_token_instance

    @property
    def type_instance(self) -> str | None:
        """The messenger, where it is known: `whatsapp`, `telegram` or `v3` (MAX)."""
        return self._handle.type_instance

    @property
    def api_url(self) -> str:
        """The host that calls are made to."""
        return self._handle.api_url

    @property
    def media_url(self) -> str:
        """The host that files are uploaded to."""
        return self._handle.media_url

    def get_state_instance(self, *, timeout: float | None = None) -> str:
        # from core: getStateInstance
        """Reads the authorization state: `notAuthorized`, `authorized`, `blocked`, `sleepMode`, `starting`,
        `yellowCard`, `suspended`, `pendingPassword`, or whatever upstream adds.

        An instance that is still being created is `not_ready`. At most one call a second is sent per instance.

        Errors: `not_ready`, `unauthorized` (also the id or the host), `not_found` (deleted), `configuration` (there is
        nothing at this URL), `expired`, `rate_limited`, `unavailable`, `timeout`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            if shop.get_state_instance() == "authorized":
                print("a phone is linked")

        Upstream's page: <https://green-api.com/en/docs/api/account/GetStateInstance/>
        """
        return self._handle.call("getStateInstance", {}, timeout)

    def get_state_instance_history(
        self,
        *,
        count: int | None = None,
        timeout: float | None = None,
    ) -> list[StateChange]:
        # from core: getStateInstanceHistory
        """Reads the changes of the authorization state, the oldest first: when, to what, and with which phone.

        Errors: as for `get_state_instance`.

        Args:
            count: How many changes, the latest ones. Defaults to upstream's 100.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            for change in shop.get_state_instance_history(count=10):
                print(change.timestamp, change.state_instance)

        Upstream's page: <https://green-api.com/en/docs/api/account/GetStateInstanceHistory/>
        """
        return self._handle.call("getStateInstanceHistory", {"count": count}, timeout)

    def wait_until_ready(
        self,
        *,
        timeout: float = 900.0,
        interval: float | None = None,
        reboot_after: float | None = 300.0,
    ) -> str:
        # from core: waitUntilReady
        """Waits until the instance works, and gives its state: any but "still being created" and `starting`, so usually
        `notAuthorized` or `authorized`.

        A new instance needs up to five minutes, and answers meanwhile as if its token were wrong or it were unpaid:
        that is waited through, while it is younger than ten minutes. An older one that says so is an error at once. One
        that hangs in `starting` for `reboot_after` (300 s; nothing: never) is rebooted once and then left alone for 120
        s (0.4 of it). It looks every `interval` (5 s), for `timeout` in all (900 s).

        A handle that was made from a partner asks the list once how old the instance is, and reads a token there that
        was changed meanwhile.

        Errors: `timeout` (not ready in time), `unauthorized`, `not_found` (deleted), `expired`.

        Args:
            timeout: Seconds to wait in all. Defaults to 900.
            interval: Seconds between two looks at the state. Defaults to 5.
            reboot_after: Seconds of `starting` after which it is rebooted, once; None: never. Defaults to
                300.

        Example:
            state = shop.wait_until_ready()

        Upstream's page: <https://green-api.com/en/docs/api/account/>
        """
        return self._handle.wait_until_ready(timeout, interval, reboot_after)

    def wait_until_authorized(self, *, timeout: float = 900.0, interval: float | None = None) -> None:
        # from core: waitUntilAuthorized
        """Waits until a phone is linked, by whomever: a public QR page, another process, `authorize`. Looks every
        `interval` (5 s), for `timeout` in all (900 s); waits through what `wait_until_ready` waits through.

        Errors: `timeout` (no phone was linked in time), `suspended` (the account is blocked, suspended or has a yellow
        card), and those of `wait_until_ready`.

        Args:
            timeout: Seconds to wait in all. Defaults to 900.
            interval: Seconds between two looks at the state. Defaults to 5.

        Example:
            shop.wait_until_authorized(timeout=60)

        Upstream's page: <https://green-api.com/en/docs/api/account/>
        """
        return self._handle.wait_until_authorized(timeout, interval)

    def authorize(
        self,
        *,
        phone_number: int | str | None = None,
        timeout: float = 900.0,
        interval: float | None = None,
        reboot_after: float | None = 300.0,
    ) -> Events[Event]:
        # from core: authorize
        """Links a phone: an iterator of events, from an instance that is not ready yet to `Authorized`, the last one.

        - `Waiting`: the instance is being created (no state) or in this state; told when it changes.
        - `QrCode`: show it, in place of the one before. They come over the socket; where that fails or the messenger
          has none (Telegram, MAX), they are asked for one by one. A scan window that is over is followed by another.
          While the socket is open, the state is asked every 4 seconds beside it, so that a phone is noticed even if the
          socket says nothing. One that is silent for 3 seconds after its code is over, or for 10 before its first, is
          opened anew; after a second silence codes are asked for one by one.
        - `AuthorizationCode`, with `phone_number`: what the customer types into the phone (WhatsApp). Telegram and MAX
          send a code to the messenger itself: `code` is nothing then, and what the customer reads there goes to
          `send_authorization_code`.
        - `PasswordNeeded` (Telegram, MAX): hand it to `send_authorization_password`; the iteration goes on by itself.
        - `PasskeyRequired` (WhatsApp): the account has a passkey, which its owner confirms on the device or in the
          browser where it is kept. Tell the customer so (`advice`, and upstream's `message`); no method takes the
          answer, the state is watched and the iteration goes on by itself. Told once, and again only after something
          else. Its `qr_page_url` holds the instance's token, is read by name alone and is not for the customer.
        - `Authorized`: wid, phone, and the name where upstream sends it.

        A linked instance gives `Authorized` at once, so it is safe to run again. Every event is plain JSON that may go
        to a browser as it is (`to_dict()`), without a token in it. But whoever sees a code can link a phone with it:
        show it to the customer and nobody else.

        It waits through what `wait_until_ready` waits through, with the same `timeout` (900 s in all), `interval` (of
        the looks at the state without a socket) and `reboot_after`. Nothing happens before the first event is asked
        for; leaving the iteration ends it.

        Errors, by the iteration: `timeout` (no phone was linked in time), `suspended`, `already_authorized` (upstream
        holds the data of a phone that is gone: log out first), `refused`, `unauthorized`, `not_found` (deleted),
        `expired`, `outcome_unknown` (a code was asked for and no answer came), `invalid_request` (what is no phone
        number, before anything is asked).

        Args:
            phone_number: Link by this number instead of by QR code, international. Defaults to none.
            timeout: Seconds to wait in all. Defaults to 900.
            interval: Seconds between two looks at the state. Defaults to 5.
            reboot_after: Seconds of `starting` after which it is rebooted, once; None: never. Defaults to
                300.

        Example:
            for event in shop.authorize():
                if event.type == "qrCode":
                    Path("qr.png").write_bytes(event.png)
                elif event.type == "authorized":
                    print("linked:", event.phone)

        Upstream's page: <https://green-api.com/en/docs/api/account/>
        """
        return self._handle.authorize(phone_number, timeout, interval, reboot_after)

    def scan_qr_code(
        self, *, timeout: float | None = None
    ) -> Events[QrCode | PasskeyRequired | PasswordNeeded | Authorized]:
        # from core: scanQrCode
        """Shows the QR codes of one scan window, 100 seconds, as upstream pushes them over a WebSocket (WhatsApp): an
        iterator of `QrCode` events, each replacing the one before, and at last `Authorized` with the account that was
        linked. `PasskeyRequired` says that WhatsApp asks the account for a passkey, `PasswordNeeded` that it asks for a
        password.

        A connection that breaks is opened again within the window, and so is one that is silent for 3 seconds after its
        code is over, or for 10 before its first. Proxy, certificates and closing work as for any call. Leaving the
        iteration closes the socket.

        Errors, by the iteration: `qr_expired` (nobody scanned in time: ask again), `already_authorized` (a phone is
        linked: log out first), `refused` (upstream's words in the description), `not_ready`, `not_found` (deleted),
        `configuration` (a messenger or a host without this socket), `unauthorized`, `unavailable`, `timeout`,
        `protocol`.

        Args:
            timeout: Seconds for all of it. Defaults to the scan window.

        Example:
            for event in shop.scan_qr_code():
                if event.type == "qrCode":
                    Path("qr.png").write_bytes(event.png)

        Upstream's page: <https://green-api.com/en/docs/api/account/QR/>
        """
        return self._handle.scan_qr_code(timeout)

    def qr(self, *, timeout: float | None = None) -> QrCode:
        # from core: qr
        """Asks for the QR code that the phone has to scan: a PNG, good for about 20 seconds. Ask again every 2 seconds,
        Telegram and MAX every 5; `scan_qr_code` and `authorize` do so by themselves.

        It may take upstream up to a minute to answer, so the time is 90 seconds unless told otherwise.

        Errors: `already_authorized` (a phone is linked: log out first), `not_ready` (there is no code yet, or the
        instance is not ready: ask again), `refused` (upstream's words in the description; a passkey or a password is
        asked for, too: `authorize` sees those through), `unauthorized`, `not_found` (deleted), `rate_limited`,
        `unavailable`, `timeout`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            Path("qr.png").write_bytes(shop.qr().png)

        Upstream's page: <https://green-api.com/en/docs/api/account/QR/>
        """
        return self._handle.call("qr", {}, timeout)

    def qr_page_url(self) -> str:
        # from core: qrPageUrl
        """Gives the address of upstream's public page with the QR code of this instance: for a customer whose product
        has no page of its own.

        The address holds the instance's token: whoever has it can read and send everything in that account. It ends up
        in browser histories, in logs and in messages. Prefer a page of your own with the events of `authorize`; if you
        hand the address out, call `update_api_token` once the phone is linked.

        Example:
            link = shop.qr_page_url()  # for your customer, and for no log

        Upstream's page: <https://green-api.com/en/docs/api/account/QR/>
        """
        return self._handle.qr_page_url()

    def get_authorization_code(self, phone_number: int | str, *, timeout: float | None = None) -> str:
        # from core: getAuthorizationCode
        """Asks for the code that links a phone without a camera (WhatsApp): the customer types it under *Linked
        devices*, *Link with phone number*. It is good for about two and a half minutes.

        Ask once: repeated and wrong codes were seen to push instances into `starting`. So it is never sent twice by
        itself.

        Errors: `invalid_request` (no phone number), `already_authorized`, `not_ready`, `refused`, `outcome_unknown`
        (sent, no answer), `unauthorized`, `not_found` (deleted), `rate_limited`.

        Args:
            phone_number: The phone number, international.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            print("Type into the phone:", shop.get_authorization_code("79001234567"))

        Upstream's page: <https://green-api.com/en/docs/api/account/GetAuthorizationCode/>
        """
        return self._handle.call("getAuthorizationCode", {"phone_number": phone_number}, timeout)

    def start_authorization(self, phone_number: int | str, *, timeout: float | None = None) -> None:
        # from core: startAuthorization
        """Begins to link a phone by its number (Telegram; MAX has deprecated it): upstream sends a code to the
        messenger's own chat, good for five minutes. Hand it on with `send_authorization_code`.

        A second call within the five minutes sends no new code.

        Errors: `refused` (the reason in the description), `already_authorized`, `not_ready`, `invalid_request`,
        `outcome_unknown`, `unauthorized`, `rate_limited`.

        Args:
            phone_number: The phone number, international.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.start_authorization("79001234567")

        Upstream's page: <https://green-api.com/en/telegram/docs/api/account/StartAuthorization/>
        """
        return self._handle.call("startAuthorization", {"phone_number": phone_number}, timeout)

    def send_authorization_code(self, code: str, *, password: str | None = None, timeout: float | None = None) -> None:
        # from core: sendAuthorizationCode
        """Hands on the code that `start_authorization` made upstream send (Telegram, MAX). Send it at once. An account
        with a password then waits for `send_authorization_password`: the state is `pendingPassword`.

        Errors: `refused` with the reason in the description (`verify_code_wrong`, `code_expired`, `timeout`),
        `already_authorized`, `outcome_unknown`, `invalid_request`, `unauthorized`, `rate_limited`.

        Args:
            code: The code that the customer got in the messenger.
            password: The account's password, where it has one.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.send_authorization_code("12345")

        Upstream's page: <https://green-api.com/en/telegram/docs/api/account/SendAuthorizationCode/>
        """
        arguments = Sealed(code=code, password=password)
        del code, password
        return self._handle.call("sendAuthorizationCode", arguments, timeout)

    def send_authorization_password(self, password: str, *, timeout: float | None = None) -> None:
        # from core: sendAuthorizationPassword
        """Hands on the account's password (Telegram, MAX), while the state is `pendingPassword`.

        Errors: `refused` with the reason in the description (`invalid_password`, `rate_limit_exceeded`,
        `authorization_not_started`), `already_authorized`, `outcome_unknown`, `invalid_request`, `unauthorized`,
        `rate_limited`.

        Args:
            password: The account's password. Secret.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.send_authorization_password("the account's password")

        Upstream's page: <https://green-api.com/en/telegram/docs/api/account/SendAuthorizationPassword/>
        """
        arguments = Sealed(password=password)
        del password
        return self._handle.call("sendAuthorizationPassword", arguments, timeout)

    def logout(self, *, timeout: float | None = None) -> None:
        # from core: logout
        """Unlinks the phone: the instance is `notAuthorized` afterwards. Safe to repeat.

        Errors: `not_authorized` (there was no phone), `refused` (upstream's `false`), `not_ready`, `unauthorized`,
        `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.logout()

        Upstream's page: <https://green-api.com/en/docs/api/account/Logout/>
        """
        return self._handle.call("logout", {}, timeout)

    def reboot(self, *, timeout: float | None = None) -> None:
        # from core: reboot
        """Restarts the instance: `starting` for up to five minutes, the phone stays linked. What helps where an
        instance hangs in `starting` or has a yellow card. Never repeated by itself.

        Errors: `refused` (upstream's `false`), `outcome_unknown`, `unauthorized`, `not_found` (deleted),
        `rate_limited`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.reboot()
            shop.wait_until_ready()

        Upstream's page: <https://green-api.com/en/docs/api/account/Reboot/>
        """
        return self._handle.call("reboot", {}, timeout)

    def get_settings(self, *, timeout: float | None = None) -> Settings:
        # from core: getSettings
        """Reads the settings: flags as booleans, however upstream spells them; what it sends besides is in `extra`.

        New values show after the reboot that `set_settings` brings about.

        Errors: as for `get_state_instance`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            settings = shop.get_settings()
            print(settings.incoming_webhook, settings.webhook_url)

        Upstream's page: <https://green-api.com/en/docs/api/account/GetSettings/>
        """
        return self._handle.call("getSettings", {}, timeout)

    def set_settings(
        self,
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
        reapply: bool = False,
        verify: bool = False,
        verify_timeout: float = 300.0,
        timeout: float | None = None,
    ) -> None:
        # from core: setSettings
        """Changes settings: what is given, and nothing else. The instance reboots by itself, and the new values apply
        within five minutes. Give settings to `create_instance` where you can: that costs no reboot.

        Upstream confirms settings at times that never come into force. With `verify` they are looked for
        (`get_settings`) every 10 seconds for up to `verify_timeout`, 300 seconds unless told otherwise and beside the
        time of the call; only then is the instance rebooted, once, they are set again and looked for as long. What does
        not show even so is `refused`, and the error names it. Looked for is what the documents say that `get_settings`
        shows: not `autoTyping`, `linkPreview`, `enableLidMode`, `deviceWebhook`, `incomingBlockWebhook` and what
        `extra` has.

        `reapply` sends an empty body, which upstream's support asks for after a reboot. `get_settings().settable()`
        gives the settings of one instance as another takes them.

        Safe to repeat. `extra` takes fields that upstream learned since.

        Errors: `invalid_request` (nothing given and not `reapply`, a value of another kind, a webhook URL that is
        neither http or https nor empty, a delay out of range), `refused` (upstream's `false`; with `verify`, settings
        that are not kept), `not_ready`, `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`,
        `timeout`.

        Args:
            webhook_url: The URL that upstream posts notifications to; empty: none, and the queue over HTTP
                works.
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
            incoming_block_webhook: Notify of chats that block the account. Upstream says that this is
                temporarily not working.
            incoming_call_webhook: Notify of calls; needs `incomingWebhook` too.
            edited_message_webhook: Notify of edited messages.
            deleted_message_webhook: Notify of deleted messages.
            auto_typing: Seconds to show typing before each message, 0 to 10; a message's own `typingTime`
                wins.
            link_preview: Give links a preview.
            enable_lid_mode: Name chats by WhatsApp's new identifiers (LID).
            extra: Fields that upstream learned since, by upstream's names, sent as they are. Defaults to
                none.
            reapply: Whether to send an empty body, as upstream's support has one do after a reboot; it goes with
                no setting. Defaults to False.
            verify: Whether to look for the settings until they show. Defaults to False.
            verify_timeout: Seconds to look for them, before and again after they are set once more. Defaults to
                300.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.set_settings(incoming_webhook=True, delay_send_messages_milliseconds=1000)

        Upstream's page: <https://green-api.com/en/docs/api/account/SetSettings/>
        """
        arguments = Sealed(
            webhook_url=webhook_url,
            webhook_url_token=webhook_url_token,
            delay_send_messages_milliseconds=delay_send_messages_milliseconds,
            mark_incoming_messages_readed=mark_incoming_messages_readed,
            mark_incoming_messages_readed_on_reply=mark_incoming_messages_readed_on_reply,
            outgoing_webhook=outgoing_webhook,
            outgoing_message_webhook=outgoing_message_webhook,
            outgoing_api_message_webhook=outgoing_api_message_webhook,
            state_webhook=state_webhook,
            incoming_webhook=incoming_webhook,
            device_webhook=device_webhook,
            keep_online_status=keep_online_status,
            poll_message_webhook=poll_message_webhook,
            incoming_block_webhook=incoming_block_webhook,
            incoming_call_webhook=incoming_call_webhook,
            edited_message_webhook=edited_message_webhook,
            deleted_message_webhook=deleted_message_webhook,
            auto_typing=auto_typing,
            link_preview=link_preview,
            enable_lid_mode=enable_lid_mode,
            extra=extra,
            reapply=reapply,
            verify=verify,
            verify_timeout=verify_timeout,
        )
        del webhook_url, webhook_url_token, extra
        return self._handle.call("setSettings", arguments, timeout)

    def get_wa_settings(self, *, timeout: float | None = None) -> WaSettings:
        # from core: getWaSettings
        """Reads what is known of the linked WhatsApp account: phone, avatar, device, state. Without a phone these are
        empty.

        Errors: as for `get_state_instance`; for an instance of another messenger there is nothing at that URL
        (`configuration`).

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            print(shop.get_wa_settings().phone)

        Upstream's page: <https://green-api.com/en/docs/api/account/GetWaSettings/>
        """
        return self._handle.call("getWaSettings", {}, timeout)

    def get_account_settings(self, *, timeout: float | None = None) -> AccountSettings:
        # from core: getAccountSettings
        """Reads what is known of the linked Telegram or MAX account: phone, chat, state, and until when it is
        suspended.

        Errors: as for `get_state_instance`; for a WhatsApp instance there is nothing at that URL (`configuration`).

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            print(shop.get_account_settings().phone)

        Upstream's page: <https://green-api.com/en/telegram/docs/api/account/GetAccountSettings/>
        """
        return self._handle.call("getAccountSettings", {}, timeout)

    def set_profile_picture(self, file: File, *, timeout: float | None = None) -> ProfilePicture:
        # from core: setProfilePicture
        """Sets the picture of the linked account, a JPEG, and gives its address. At most one call in ten seconds is
        sent.

        Errors: `refused` (the reason in the description), `invalid_request` (no such file), `not_authorized`,
        `not_ready`, `outcome_unknown`, `unauthorized`, `rate_limited`.

        Args:
            file: The picture, a JPEG: its bytes, or its path.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.set_profile_picture("logo.jpg")

        Upstream's page: <https://green-api.com/en/docs/api/account/SetProfilePicture/>
        """
        sealed = Sealed(file=file)
        del file
        return self._handle.call("setProfilePicture", {}, timeout, sealed)

    def update_api_token(self, *, timeout: float | None = None) -> str:
        # from core: updateApiToken
        """Gives the instance a new token, and returns it: the old one stops working at once. This handle uses the new
        one from then on, and says so in the log; whoever keeps tokens must keep this one.

        Never repeated by itself. If no usable answer comes, a handle that was made from a partner reads the token from
        the list: a new one there is the success; the old one is `outcome_unknown`.

        Errors: `unauthorized`, `outcome_unknown` (read the list again before you repeat it), `not_found` (deleted),
        `rate_limited`.

        Args:
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            new_token = shop.update_api_token()  # keep it: the old one works no more

        Upstream's page: <https://green-api.com/en/docs/api/account/UpdateApiToken/>
        """
        return self._handle.call("updateApiToken", {}, timeout)

    def send_message(
        self,
        chat_id: str,
        message: str,
        *,
        quoted_message_id: str | None = None,
        link_preview: bool | None = None,
        type_preview: str | None = None,
        custom_preview: Mapping[str, object] | None = None,
        typing_time: int | None = None,
        extra: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> SentMessage:
        # from core: sendMessage
        """Sends a text to a chat (`79001234567@c.us`, a group `…@g.us`; Telegram and MAX: the chat's number), and gives
        the message's id. Without a phone the message waits up to 24 hours.

        Never repeated by itself after it was sent: a lost answer is `outcome_unknown`, since a second try could send
        twice.

        Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `outcome_unknown`,
        `unauthorized`, `not_found` (deleted), `rate_limited`.

        Args:
            chat_id: The chat: `79001234567@c.us`, a group `…@g.us`.
            message: The text, up to 20,000 characters (MAX: 4,000).
            quoted_message_id: The message that is answered.
            link_preview: Whether a link gets a preview. Defaults to upstream's true.
            type_preview: The size of the preview: `large` or `small`.
            custom_preview: A preview of one's own: title, description, link, urlFile, jpegThumbnail.
            typing_time: Milliseconds to show typing before: 1000 to 20000.
            extra: Fields that upstream learned since, by upstream's names, sent as they are. Defaults to
                none.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            sent = shop.send_message("79001234567@c.us", "Your order is on its way")
            print(sent.id_message)

        Upstream's page: <https://green-api.com/en/docs/api/sending/SendMessage/>
        """
        arguments = Sealed(
            chat_id=chat_id,
            message=message,
            quoted_message_id=quoted_message_id,
            link_preview=link_preview,
            type_preview=type_preview,
            custom_preview=custom_preview,
            typing_time=typing_time,
            extra=extra,
        )
        del message, custom_preview, extra
        return self._handle.call("sendMessage", arguments, timeout)

    def send_file_by_url(
        self,
        chat_id: str,
        url_file: str,
        file_name: str,
        *,
        caption: str | None = None,
        quoted_message_id: str | None = None,
        typing_time: int | None = None,
        typing_type: str | None = None,
        extra: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> SentMessage:
        # from core: sendFileByUrl
        """Sends a file that upstream fetches from an address, and gives the message's id. Never repeated by itself
        after it was sent.

        Errors: as for `send_message`.

        Args:
            chat_id: The chat: `79001234567@c.us`, a group `…@g.us`.
            url_file: Where upstream fetches the file: up to 100 MB.
            file_name: The name that the chat shows, with its ending.
            caption: A text below the file.
            quoted_message_id: The message that is answered.
            typing_time: Milliseconds to show typing before: 1000 to 20000.
            typing_type: `recording` shows a recording instead of typing.
            extra: Fields that upstream learned since, by upstream's names, sent as they are. Defaults to
                none.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.send_file_by_url("79001234567@c.us", "https://shop.example/bill.pdf", "bill.pdf")

        Upstream's page: <https://green-api.com/en/docs/api/sending/SendFileByUrl/>
        """
        arguments = Sealed(
            chat_id=chat_id,
            url_file=url_file,
            file_name=file_name,
            caption=caption,
            quoted_message_id=quoted_message_id,
            typing_time=typing_time,
            typing_type=typing_type,
            extra=extra,
        )
        del url_file, caption, extra
        return self._handle.call("sendFileByUrl", arguments, timeout)

    def send_file_by_upload(
        self,
        chat_id: str,
        file: File,
        *,
        file_name: str | None = None,
        caption: str | None = None,
        quoted_message_id: str | None = None,
        timeout: float | None = None,
    ) -> SentMessage:
        # from core: sendFileByUpload
        """Uploads a file to the instance's media host and sends it; gives the message's id and where the file is kept
        (`url_file`). The time is 300 seconds unless told otherwise. Never repeated by itself after it was sent.

        Errors: as for `send_message`.

        Args:
            chat_id: The chat: `79001234567@c.us`, a group `…@g.us`.
            file: The file: its bytes, or its path. Up to 100 MB.
            file_name: The name that the chat shows, with its ending. Defaults to the file's own.
            caption: A text below the file.
            quoted_message_id: The message that is answered.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            shop.send_file_by_upload("79001234567@c.us", "bill.pdf", caption="Your bill")

        Upstream's page: <https://green-api.com/en/docs/api/sending/SendFileByUpload/>
        """
        arguments = Sealed(
            chat_id=chat_id,
            file_name=file_name,
            caption=caption,
            quoted_message_id=quoted_message_id,
        )
        sealed = Sealed(file=file, file_name=file_name)
        del caption, file
        return self._handle.call("sendFileByUpload", arguments, timeout, sealed)

    def notifications(
        self, *, receive_timeout: int | None = None, idle: float | None = None, timeout: float | None = None
    ) -> Notifications:
        # from core: notifications
        """Receives notifications one after the other: an iterator that long-polls upstream's queue. Each one is
        acknowledged only when the next is asked for, or by `ack()`: a program that crashes in between gets the same one
        again, and loses none. So it may come twice; tell by `id_message`, type and status.

        With `idle` the iteration ends, and the last one is acknowledged, when nothing came for so long; otherwise it
        has no end. If upstream could not be asked just then, that is `unavailable` instead: nobody knows whether
        something came.

        Works only while the instance has no `webhook_url`; upstream keeps notifications for 24 hours. An outage is
        waited through, with a warning in the log, and a notification that somebody else has deleted meanwhile is no
        error. Types that this version knows have their own class; every one has its `body` as it came. What is no
        character in it reads as U+FFFD. One that cannot be read at all is asked for once more, with a warning in the
        log, and then comes as `UnreadableNotification`, with its text in `raw`; asking for the next acknowledges it
        too.

        Errors, by the iteration: `invalid_request` (a webhook URL is set), `unauthorized`, `not_found` (deleted),
        `expired`; with `idle`, `unavailable`.

        Args:
            receive_timeout: Seconds that upstream waits in each long poll, 5 to 60. Defaults to 5.
            idle: Seconds without a notification after which the iteration ends. Defaults to none: it has no end.
            timeout: Seconds for each call. Defaults to the client's.

        Example:
            with shop.notifications() as notifications:
                for notification in notifications:
                    print(notification.type_webhook)

        Upstream's page: <https://green-api.com/en/docs/api/receiving/technology-http-api/>
        """
        return self._handle.notifications(receive_timeout, idle, timeout)

    def receive_notification(
        self,
        *,
        receive_timeout: int | None = None,
        timeout: float | None = None,
    ) -> AnyNotification | None:
        # from core: receiveNotification
        """Waits for the next notification, at most `receive_timeout` seconds (5 unless given), and gives it, or
        nothing. The same one comes again until `delete_notification` has acknowledged it; `notifications` does both.

        Works only while the instance has no `webhook_url`. Upstream keeps notifications for 24 hours.

        Errors: `invalid_request` (a webhook URL is set), `unauthorized`, `not_found` (deleted), `rate_limited`,
        `unavailable`, `timeout`.

        Args:
            receive_timeout: Seconds that upstream waits for one: 5 to 60. Defaults to 5.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            notification = shop.receive_notification(receive_timeout=20)
            if notification is not None and notification.receipt_id is not None:
                print(notification.type_webhook)
                shop.delete_notification(notification.receipt_id)

        Upstream's page: <https://green-api.com/en/docs/api/receiving/technology-http-api/ReceiveNotification/>
        """
        return self._handle.call("receiveNotification", {"receive_timeout": receive_timeout}, timeout)

    def delete_notification(self, receipt_id: int, *, timeout: float | None = None) -> None:
        # from core: deleteNotification
        """Acknowledges a notification: it does not come again, and the next one may. Safe to repeat.

        Errors: `refused` (there is no such receipt, or it was deleted before), `invalid_request`, `unauthorized`,
        `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.

        Args:
            receipt_id: The `receipt_id` of the notification.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            notification = shop.receive_notification()
            if notification is not None and notification.receipt_id is not None:
                shop.delete_notification(notification.receipt_id)

        Upstream's page: <https://green-api.com/en/docs/api/receiving/technology-http-api/DeleteNotification/>
        """
        return self._handle.call("deleteNotification", {"receipt_id": receipt_id}, timeout)

    def check_whatsapp(self, phone_number: int | str, *, timeout: float | None = None) -> bool:
        # from core: checkWhatsapp
        """Tells whether a phone number has a WhatsApp account. Counted by upstream: 100 a month on the free plan,
        30,000 on Business.

        Errors: `quota_exceeded`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `not_found`
        (deleted), `rate_limited`, `unavailable`, `timeout`.

        Args:
            phone_number: The phone number, international.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            if shop.check_whatsapp("79001234567"):
                print("has WhatsApp")

        Upstream's page: <https://green-api.com/en/docs/api/service/CheckWhatsapp/>
        """
        return self._handle.call("checkWhatsapp", {"phone_number": phone_number}, timeout)

    def check_account(
        self,
        phone_number: int | str,
        *,
        force: bool | None = None,
        timeout: float | None = None,
    ) -> CheckedAccount:
        # from core: checkAccount
        """Tells whether a phone number has a Telegram or MAX account, and in which chat.

        Errors: `rate_limited` (upstream's limit against scraping too), `invalid_request`, `not_authorized`,
        `not_ready`, `unauthorized`, `not_found` (deleted), `unavailable`, `timeout`.

        Args:
            phone_number: The phone number, international.
            force: Ask the messenger even where upstream remembers the answer (MAX).
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            print(shop.check_account("79001234567").chat_id)

        Upstream's page: <https://green-api.com/en/telegram/docs/api/service/CheckAccount/>
        """
        return self._handle.call("checkAccount", {"phone_number": phone_number, "force": force}, timeout)

    def call(
        self,
        method: str,
        *,
        verb: Literal["GET", "POST", "DELETE"] | None = None,
        json: object = None,
        file: File | None = None,
        query: Mapping[str, object] | None = None,
        host: Literal["api", "media"] | None = None,
        retry: Literal["once", "safe", "idempotent"] | None = None,
        timeout: float | None = None,
    ) -> Any:
        # from core: call
        """Calls any method of the instance that this library has no function for, and gives upstream's JSON (nothing
        where the answer is empty). Errors, pace and secrecy are as for every other method.

        What a method is, a table of all documented methods says: its verb, its host, its rate, and what happens when it
        is done twice: `once` (never sent again after it was sent), `safe` (it only reads) or `idempotent`. So a name,
        and the body as JSON, a file or fields of the query, is enough. What the caller says instead (`verb`, `host`,
        `retry`) is meant. Of a method that the table lacks, the verb is `POST` with a body, else `GET`, the host `api`,
        and it is sent `once`.

        A file goes into a form, with `json` as its other fields; that of `uploadFile` is the whole body, sent to the
        host for uploads, and its name, ASCII letters, goes into a header.

        Errors: `invalid_request` (a name that is none, a body with GET, `uploadFile` without a file or with json),
        `refused` (upstream says no), `configuration` (an HTTP 404: no such method, not by this verb, or not of this
        messenger), `outcome_unknown` (a `once` call without a usable answer), and those of every method.

        Args:
            method: Upstream's name of the method.
            verb: GET, POST or DELETE. Defaults to the method's own; of an unknown one, to POST with a body, else GET.
            json: The body; beside a file, the fields of its form.
            file: A file to upload: its bytes, or its path.
            query: Fields of the query, by name.
            host: `api` or `media`. Defaults to the method's own; of an unknown one, to `api`.
            retry: `once`, `safe` or `idempotent`. Defaults to the method's own; of an unknown one, to `once`.
            timeout: Seconds for the whole call. Defaults to the client's.

        Example:
            count = shop.call("getMessagesCount", retry="safe")

        Upstream's page: <https://green-api.com/en/docs/api/>
        """
        parts = Sealed(verb=verb, json=json, query=query, host=host, retry=retry)
        sealed = None if file is None else Sealed(file=file)
        del json, query, file
        return self._handle.other(method, parts, timeout, sealed)

    def close(self) -> None:
        """Closes the client: later calls raise ConfigurationError, calls that are under way end as they would have.

        One that was made from a partner closes the partner too: they share their connections.
        """
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether it, or the partner that it was made from, was closed."""
        return self._handle.closed

    def __enter__(self) -> InstanceClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handle.close()

    @never_fails
    def __repr__(self) -> str:
        closed = ", closed" if self.closed else ""
        return f"<InstanceClient {self.id_instance} at {self.api_url}{closed}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "InstanceClient holds a token and sockets and is not pickled or copied: make a client where you need one"
        )

    @classmethod
    def _over(cls, handle: InstanceHandle) -> InstanceClient:
        client = cls.__new__(cls)
        client._handle = handle
        return client


def qr_page_url(instance: InstanceClient | AsyncInstanceClient) -> str:
    # from core: qrPageUrl
    """Gives the address of upstream's public page with the QR code of this instance: for a customer whose product has
    no page of its own.

    The address holds the instance's token: whoever has it can read and send everything in that account. It ends up in
    browser histories, in logs and in messages. Prefer a page of your own with the events of `authorize`; if you hand
    the address out, call `update_api_token` once the phone is linked.

    Args:
        instance: The instance's client.

    Example:
        link = qr_page_url(shop)  # for your customer, and for no log

    Upstream's page: <https://green-api.com/en/docs/api/account/QR/>
    """
    return instance.qr_page_url()
