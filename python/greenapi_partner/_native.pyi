"""The part of the package that is in Rust. Import its names from `greenapi_partner`.

Its docstrings are those of the compiled module, which takes the prose from core; a test compares them.
"""

# ruff: noqa: D205 (core's first paragraphs may be longer than a line)

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Reversible
from datetime import date, datetime, tzinfo
from decimal import Decimal
from os import PathLike
from typing import Any, ClassVar, Final, Literal, SupportsIndex, TypeVar, final, overload

import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]
import polars  # type: ignore[import-not-found,unused-ignore]
from typing_extensions import Self, disjoint_base

from .fleet import (
    DayCost,
    Headers,
    Inspection,
    InstanceCost,
    Money,
    MonthCost,
    PrefixCost,
    Saving,
    Waste,
    WebhookEvent,
    Which,
)
from .notifications import AnyNotification
from .table import Table

__all__ = [
    "Billing",
    "Columns",
    "CreatedInstance",
    "EnsuredInstance",
    "EventsHandle",
    "Instance",
    "InstanceHandle",
    "Instances",
    "Journal",
    "Ledger",
    "MockServer",
    "NotificationsHandle",
    "PartnerHandle",
    "QrCode",
    "Record",
    "RunHandle",
    "Sealed",
    "Store",
    "TableHandle",
    "TerminalView",
    "WatchHandle",
    "__version__",
    "parse_notification",
    "verify_event",
]

_T = TypeVar("_T")

__version__: Final[str]

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
class Store:
    # --- generated: what Store is ---
    """A store of names in a database that a partner's processes share: a name is created once, whoever of them asks, on
    whichever host.

    Without a store a name is unique within one client. With one, `create_instance`, `ensure_instance`, `onboard` and
    `create_instances` write down what they are about to do before the first byte leaves, and ask before they do it: of
    all who want a name, one creates its instance, and the others wait and get the same. A name that the store knows is
    answered without the list.

    The address is the path of a SQLite file, for the processes of one host, or a `postgresql://` URL, for any number of
    hosts; a pooler such as PgBouncer may stand between, in its transaction mode as well. The tables are made when they
    are first needed. TLS is used where `sslmode` or the server asks for it, and is always verified, against the
    system's certificates and those of `sslrootcert`; on this host it is left out unless `sslmode` is `require`. No
    password is ever shown.

    - A process that dies before it has sent anything holds its name until its claim runs out, 30 seconds unless told.
      One that dies after leaves a creation of which nobody knows what came: the next who asks looks for it in the list,
      for `settle`. If nothing shows, the name is in doubt, and `outcome_unknown` is what everybody gets; only with
      `retry_unknown` is it sent again.
    - A process that was paused for longer than its claim sends nothing more when it wakes up.
    - `create_instance` waits for who has the name, and then creates a second one: that is what it is for. The name
      keeps the first.
    - An instance is believed to be live for 10 minutes (`fresh`) since a list last showed it; then one list confirms
      all names of the account. Every list that passes through a client with the store does so too, and a deletion
      through it frees the name at once.
    - Instances' tokens are sealed with a key made of the partner token: a copy of the database alone tells none.
    - A partner token may be replaced: names belong to the `account`, a name of the caller's choice. A token whose list
      shows none of the account's instances is refused with `configuration`.
    - A store that cannot be reached is `unavailable`, and nothing is sent. If it goes away after the creation was sent,
      the caller gets its instance, and a warning is logged.
    - What an `exclusive` watch has told stands in it: of the account's watches one tells, and another takes over from
      it. So does `deliver`: what waits to be posted stands in it.
    - What will not do is `configuration`: an address, an empty account or schema, a claim of less than a second,
      credentials, certificates, and a store that a newer version of this library has written.
    - A process that is paused in the middle of a write into a SQLite file keeps it locked: others wait for 10 seconds,
      and get `unavailable`. A name in a store has at most 2,000 bytes.
    - The account's `Ledger` may stand in it, which all processes then write, and a `Journal` of a run of any kind,
      which goes on after a crash on whichever host.

    Give one to any number of clients. Nothing is opened before it is needed. The file of a SQLite store must not be
    opened by another SQLite in the same process: the system's locks end when it is closed there.

    Args:
        address: The path of a SQLite file, or a `postgresql://user:password@host:port/database` URL. Secret.
        account: Whose names these are: a name of the caller's for a partner account, which stays when its token is
            replaced. Two accounts in one database each need one. Defaults to `default`.
        schema: The schema of the tables in PostgreSQL, made where it is missing. Defaults to `greenapi_partner`.
        claim: How long a name is held without a sign of life from the process that has it, a second at least. Defaults
            to 30 seconds.
        fresh: How long an instance is believed to be live since it was created or a list last showed it; then one list
            confirms all names of the account. Defaults to 600 seconds.

    Example:
        store = Store("postgresql://app:secret@db.example.com/shop")
        partner = PartnerClient(store=store)
        shop = partner.ensure_instance(name="shop-42")
    """

    def __new__(
        cls,
        address: str | PathLike[str],
        *,
        account: str = "default",
        schema: str = "greenapi_partner",
        claim: float = 30.0,
        fresh: float = 600.0,
    ) -> Self: ...
    # --- end of what is generated ---
    def journal(self, name: str) -> Journal:
        """A journal in this store, of this name: what `journal=` of a run takes. Nothing is opened.

        Args:
            name: A name of yours, as a file's would be.

        Example:
            partner.reboot_instances(ids, journal=Store("partner.sqlite").journal("spring")).collect()
        """

    @property
    def address(self) -> str:
        """Where it is, without a password."""

    @property
    def account(self) -> str:
        """Whose names these are."""

@final
class Journal:
    # --- generated: what Journal is ---
    """A journal in a store: where a run over many instances writes down what it sends, for processes on any host. The
    store gives it (`store.journal("spring")`, a name of yours), and every run that takes a `journal` takes it; the path
    of a file is the same for one host.

    With it a run can be taken up again after a crash, on whichever host, with nothing done twice: see
    `create_instances`. It is of one kind of run, over the same items, to be set to the same settings; what
    `create_instances` has left is created with the settings that it is given now. It is of the store's `account`: the
    partner token may be replaced. It holds names, ids and what has become of each item; no token, and no setting.

    One run has it at a time. A second one is refused, and told which process has it, until that run ends or, where its
    process died, until the store's `claim` has passed (30 seconds unless told). A process that was paused for longer
    than that sends nothing more when it wakes up, and its run ends with `configuration`.

    Errors, of the run: `invalid_request` (a journal that is in use, or of another run), `configuration` (a token whose
    list shows none of the account's instances), `unavailable` (the store cannot be reached): before anything is sent,
    or at its end, and nothing was sent that is not in it.

    Example:
        journal = Store("partner.sqlite").journal("spring")
        names = (f"shop-{number}" for number in range(1, 3))
        for item in partner.create_instances(names, journal=journal, max_new=2):
            print(item.name, item.status)
    """

    # --- end of what is generated ---
    @property
    def name(self) -> str:
        """Its name in the store."""

@final
class Ledger:
    """What upstream's list forgets, kept: instances deleted more than three months ago, and who was ever linked to a
    phone. It is a file (SQLite), or stands in a store, where all processes of a partner write the same one. It is fed
    by lists, by inspections and by `watch`.

    Each instance is one row, with the first and the last moment at which a recorded list had it. One that was live and
    is missing from a list, without ever having been shown as deleted, has vanished: nobody knows when, nor that it was
    deleted. It holds no tokens.

    Only its owner can read the file. One that `watch` has fed is of that account, and refuses another's. Several
    programs and threads may use it: each call has the file for itself, for milliseconds, and the others wait their turn
    (up to 10 seconds, then `unavailable`). While a call lasts a file beside (`instances.ledger.lock`) names its
    process, and any SQLite is told that the database is locked, whatever else the process does with the file; between
    two calls another program may look at it or copy it. A file that was deleted, moved or replaced since it was opened
    is `configuration`, never another one. Keep it on a local disk: network file systems are not promised.

    In a store it is the ledger of the store's `account`, and any number of processes on any host may write it at once:
    a recording takes or leaves the whole list. Its bill is what a file's would be. Nothing is opened before it is
    needed; a store that cannot be reached is `unavailable`. The partner token may be replaced: a `watch` of another
    host is refused, and so, with `configuration`, is one whose first list shows none of its instances.

    Every method blocks while it reads or writes the file or the store, and other threads go on meanwhile; any number of
    them may use it at once, and `watch(ledger=…)` of either client.

    Args:
        path: A `Store`, or where the file is, or is to be made; `:memory:` is one that is gone when it is closed.

    Raises:
        InvalidRequestError: the file is no ledger, or one of a newer version.
        ConfigurationError: it cannot be opened.
        UnavailableError: another program has it for longer than 10 seconds.

    Example:
        with Ledger("instances.ledger") as ledger:
            ledger.record(partner.get_instances())
            print(ledger.billing(price_per_day="0.30").total)
    """

    def __new__(cls, path: Store | str | PathLike[str]) -> Self: ...
    def record(self, instances: Instances) -> None:
        """Records a list, the whole one where this is a view of it. Nothing that was recorded before is forgotten.

        Args:
            instances: What `get_instances` gave.

        Raises:
            ConfigurationError: the file cannot be written, is no longer where it was opened, or was closed; the store
                will not be used.
            UnavailableError: another program has it for longer than 10 seconds; the store cannot be reached.

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
            ConfigurationError: the file cannot be written, is no longer where it was opened, or was closed; the store
                will not be used.
            UnavailableError: another program has it for longer than 10 seconds; the store cannot be reached.
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
        """Closes the file, or its connections: later calls raise ConfigurationError. A watch that has it goes on."""

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
        id_instance: SupportsIndex | str,
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
        timeout: float | None = None,
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

    def events(self, operation: str, arguments: dict[str, Any] | Sealed, timeout: float | None = None) -> Any:
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
class PartnerHandle:
    """What `PartnerClient` and `AsyncPartnerClient` hold: it waits, or gives what is to be awaited."""

    def __new__(
        cls,
        partner_token: str | None,
        *,
        partner_api_url: str | None,
        store: Store | str | PathLike[str] | None,
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
    def call(self, operation: str, arguments: dict[str, Any] | Sealed, timeout: float | None = None) -> Any:
        """Any call by its name, with arguments by theirs."""

    def events(self, operation: str, arguments: dict[str, Any] | Sealed) -> Any:
        """Any iteration over events by its name, with arguments by theirs."""

    def run(self, operation: str, arguments: dict[str, Any] | Sealed, progress: bool | None) -> Any:
        """Any run over many instances by its name, with arguments by theirs."""

    def watch(self, operation: str, arguments: dict[str, Any] | Sealed) -> Any:
        """A watch, with arguments by their names."""

    def instance(
        self, id_instance: Which, api_token_instance: str | None, api_url: str | None, media_url: str | None
    ) -> Any:
        """The client of one instance, over this client's connections."""

    def close(self) -> None: ...
    @property
    def partner_api_url(self) -> str: ...
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

def verify_event(
    body: bytes | bytearray | memoryview | str,
    headers: Headers | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
    secret: str,
    *,
    tolerance: float = 300.0,
) -> WebhookEvent:
    """Verifies an event that `deliver`, or any other sender by the specification of Standard Webhooks, has posted to
    you, in your own web framework: the event of a request's `body`, after a look at its signature. Calls nobody, and
    takes no client.

    `body` is what came, byte for byte: JSON that was parsed and written anew is another body, and has another
    signature. `headers` are the request's; of them `webhook-id`, `webhook-timestamp` and `webhook-signature` are looked
    at, in any case of letters. `secret` is the sender's `whsec_…`; while one is replaced by another, both, with a space
    between them. Signatures are compared in constant time. What was signed longer ago than `tolerance` (300 seconds),
    or as far ahead of this machine's clock, is refused, so that nobody can post later what they have once seen.

    Answer with a 2xx status, and only when the event is dealt with or stored: otherwise it is posted again. So it may
    come twice: tell by its `id`, which is the same each time.

    Errors: `unauthorized` (no signature is right, or it is too old: answer with HTTP 401), `invalid_request` (a header
    is missing, or the body is no JSON object), `configuration` (the secret is none).

    Args:
        body: The request's body, as it came: bytes or text.
        headers: The request's headers: a mapping, or pairs of names and values.
        secret: What the sender signs with: `whsec_…`. Secret.
        tolerance: How old the signature may be, or how far ahead of this machine's clock. Defaults to 300 seconds.

    Example:
        @app.post("/events")
        async def events(request: Request) -> Response:
            event = verify_event(await request.body(), request.headers, SECRET)
            print(event.id, event.type, event.data)
            return Response(status_code=204)
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
