"""Contents of messages: a class for each kind that upstream documents.

Their reprs show ids and kinds, and nothing that people wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, final

from ._model import Field, ModelWithExtra

if TYPE_CHECKING:
    from enum import Enum

    class _NotKnown(Enum):
        """A `type_message` that is none of those that this version knows: with `str` for it, none would narrow."""

        TYPE = "not known"


# --- generated: names of contents ---
__all__ = [
    "AnyContent",
    "ButtonReplyContent",
    "ButtonsContent",
    "ContactContent",
    "ContactsContent",
    "Content",
    "DeletedContent",
    "EditedContent",
    "FileContent",
    "GroupInviteContent",
    "InteractiveButtonsContent",
    "ListContent",
    "LocationContent",
    "OrderContent",
    "PollContent",
    "PollUpdateContent",
    "ProductContent",
    "ReactionContent",
    "TemplateContent",
    "TextContent",
    "UnknownContent",
]
# --- end of what is generated ---


class Content(ModelWithExtra):
    """The content of a message, of whatever kind."""

    # --- generated: fields of Content ---
    is_forwarded = Field[bool]("Whether it was forwarded.")
    forwarding_score = Field[int]("How often it was forwarded.")
    quoted_message_id = Field[str]("The id of the message that it replies or reacts to.")
    quoted_sender = Field[str]("Who wrote that one.")
    quoted_message = Field[dict[str, Any]]("That one as it came.")
    message_data = Field[dict[str, Any]]("The content as it came, whole.")
    # --- end of what is generated ---

    if TYPE_CHECKING:

        @property
        def type_message(self) -> str:
            """What the message is; a type checker wants it as a property, which classes can narrow."""
    else:
        type_message = Field[str]("What the message is: `textMessage`, `imageMessage` and so on.")


# --- generated: classes of contents ---
@final
class TextContent(Content):
    """A text: plain, with a link, or a reply.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["textMessage", "extendedTextMessage", "quotedMessage"]

    text = Field[str]("The text.")
    title = Field[str]("The title of the linked page.")
    description = Field[str]("The description of the linked page.")
    jpeg_thumbnail = Field[str]("Its preview, in base64.")
    is_template_message = Field[bool]("Whether it was made from a template.")


@final
class FileContent(Content):
    """A picture, a video, an audio, a document or a sticker.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["imageMessage", "videoMessage", "documentMessage", "audioMessage", "stickerMessage"]

    download_url = Field[str]("Where the file can be fetched, for some days.")
    caption = Field[str]("The text below it.")
    file_name = Field[str]("Its name; right for documents, made up for others.")
    mime_type = Field[str]("Its media type: `image/jpeg`.")
    jpeg_thumbnail = Field[str]("A preview, in base64; empty for the largest pictures.")
    is_animated = Field[bool]("Of a sticker: whether it moves.")


@final
class LocationContent(Content):
    """A place.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["locationMessage"]

    name_location = Field[str]("Its name.")
    address = Field[str]("Its address.")
    latitude = Field[float]("Degrees north.")
    longitude = Field[float]("Degrees east.")
    jpeg_thumbnail = Field[str]("A preview, in base64.")


@final
class ContactContent(Content):
    """A contact.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["contactMessage"]

    display_name = Field[str]("Its name.")
    vcard = Field[str]("Its vCard.")


@final
class ContactsContent(Content):
    """Several contacts.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["contactsArrayMessage"]

    contacts = Field[list[Any]]("Each with a `displayName` and a `vcard`.")


@final
class ReactionContent(Content):
    """A reaction to another message, the quoted one.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["reactionMessage"]

    text = Field[str]("The emoji; empty where it was taken back.")


@final
class PollContent(Content):
    """A poll.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["pollMessage"]

    name = Field[str]("The question.")
    options = Field[list[Any]]("The answers to choose from, each with an `optionName`.")
    multiple_answers = Field[bool]("Whether several may be chosen.")


@final
class PollUpdateContent(Content):
    """Votes in a poll.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["pollUpdateMessage"]

    stanza_id = Field[str]("The id of the poll's message.")
    name = Field[str]("The question.")
    votes = Field[list[Any]]("Each answer: an `optionName` with its `optionVoters`.")
    multiple_answers = Field[bool]("Whether several may be chosen.")


@final
class GroupInviteContent(Content):
    """An invitation to a group.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["groupInviteMessage"]

    group_jid = Field[str]("The group: `…@g.us`.")
    group_name = Field[str]("Its name.")
    invite_code = Field[str]("What joins it: `https://chat.whatsapp.com/<code>`.")
    invite_expiration = Field[str]("When it ends, as upstream has it.")
    caption = Field[str]("The text with it.")
    name = Field[str]("The sender's name.")
    jpeg_thumbnail = Field[str]("A preview, in base64.")


@final
class EditedContent(Content):
    """A message was edited.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["editedMessage"]

    stanza_id = Field[str]("The id of the message.")
    text = Field[str]("Its text from then on.")
    caption = Field[str]("Of a file: its caption from then on.")


@final
class DeletedContent(Content):
    """A message was deleted.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["deletedMessage"]

    stanza_id = Field[str]("The id of the message.")


@final
class ButtonsContent(Content):
    """A text with buttons, of the kind that WhatsApp no longer shows.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["buttonsMessage"]

    content_text = Field[str]("The text.")
    footer = Field[str]("The text below it.")
    buttons = Field[list[Any]]("Each with a `buttonId` and a `buttonText`.")


@final
class ListContent(Content):
    """A list to choose from.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["listMessage"]

    content_text = Field[str]("The text.")
    title = Field[str]("The title.")
    footer = Field[str]("The text below it.")
    button_text = Field[str]("The text of the button that opens it.")
    sections = Field[list[Any]]("Each with a `title` and its `rows`.")


@final
class TemplateContent(Content):
    """A text with buttons, made from a template.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["templateMessage"]

    content_text = Field[str]("The text.")
    footer = Field[str]("The text below it.")
    buttons = Field[list[Any]]("Each with its `index`, and a `urlButton`, a `callButton` or a `quickReplyButton`.")


@final
class InteractiveButtonsContent(Content):
    """A text with buttons that copy, call or open an address, or that answer.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["interactiveButtons", "interactiveButtonsReply"]

    title_text = Field[str]("The title.")
    content_text = Field[str]("The text.")
    footer_text = Field[str]("The text below it.")
    buttons = Field[list[Any]]("Each with its `type`, `buttonId` and `buttonText`.")


@final
class ButtonReplyContent(Content):
    """A button was pressed.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["buttonsResponseMessage", "templateButtonsReplyMessage", "templateButtonReplyMessage"]

    stanza_id = Field[str]("The id of the message with the buttons.")
    selected_id = Field[str]("The id of the button.")
    selected_text = Field[str]("Its text.")
    selected_index = Field[int]("Of a template: its place.")


@final
class ProductContent(Content):
    """A product of a catalog. Upstream's page of its fields was not read: see its `message_data`.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["productMessage"]


@final
class OrderContent(Content):
    """An order. Upstream's page of its fields was not read: see its `message_data`.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal["orderMessage"]


@final
class UnknownContent(Content):
    """The content of a message of which this version knows no more: see its `message_data`.

    Its repr shows nothing that people wrote.
    """

    type_message: Literal[_NotKnown.TYPE]  # type: ignore[assignment] # it is text; see _NotKnown


# --- end of what is generated ---

AnyContent: TypeAlias = (
    # --- generated: union of contents ---
    TextContent
    | FileContent
    | LocationContent
    | ContactContent
    | ContactsContent
    | ReactionContent
    | PollContent
    | PollUpdateContent
    | GroupInviteContent
    | EditedContent
    | DeletedContent
    | ButtonsContent
    | ListContent
    | TemplateContent
    | InteractiveButtonsContent
    | ButtonReplyContent
    | ProductContent
    | OrderContent
    | UnknownContent
    # --- end of what is generated ---
)
"""Any content of a message: `type_message` narrows it, and so does `isinstance`."""
