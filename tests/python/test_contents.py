"""Contents of messages: each in the class of its kind, in a webhook and in the queue alike."""

import json
from pathlib import Path
from typing import Any

import pytest

import greenapi_partner as api

WIRE = Path(__file__).parents[1] / "wire" / "contents"
CLASSES: dict[str, str] = json.loads((WIRE.parents[1] / "contract.json").read_text())["contents"]


def content(data: object, kind: str = "incomingMessageReceived") -> api.AnyContent:
    body = {"typeWebhook": kind, "messageData": data}
    message = api.parse_notification(json.dumps(body))
    assert isinstance(message, api.MessageNotification)
    return message.content


def sample(name: str) -> Any:
    return json.loads((WIRE / f"{name}.json").read_text())["body"]


@pytest.mark.parametrize("name", sorted(path.stem for path in WIRE.iterdir()))
def test_each_kind_has_its_class(name: str) -> None:
    data = sample(name)
    for kind in ("incomingMessageReceived", "outgoingMessageReceived", "outgoingAPIMessageReceived"):
        read = content(data, kind)
        assert type(read).__name__ == CLASSES[data["typeMessage"]]
        assert isinstance(read, api.Content)
        assert (read.type_message, read.message_data) == (data["typeMessage"], data)
        assert json.loads(json.dumps(read.to_dict()))["message_data"] == data


def test_fields_have_the_types_that_they_say() -> None:
    place = content(sample("location_message"))
    assert isinstance(place, api.LocationContent)
    assert (place.latitude, place.longitude, place.name_location) == (12.345678910111213, -14.0, "Our shop")
    poll = content(sample("poll_update_message"))
    assert isinstance(poll, api.PollUpdateContent)
    assert poll.votes is not None
    assert [vote["optionName"] for vote in poll.votes if vote["optionVoters"]] == ["Green"]
    assert poll.multiple_answers is False
    picture = content(sample("image_message"))
    assert isinstance(picture, api.FileContent)
    assert (picture.caption, picture.quoted_sender) == ("Our shop", "79001234568@c.us")


def test_what_is_not_known_is_there_as_it_came() -> None:
    data = {"typeMessage": "hologram", "hologram": {"size": 3}}
    read = content(data)
    assert isinstance(read, api.UnknownContent)
    assert read.message_data == data
    assert isinstance(content(None), api.UnknownContent)


def test_nothing_that_people_wrote_is_shown() -> None:
    read = content(sample("image_message"))
    assert "imageMessage" in repr(read)
    assert "Our shop" not in repr(read)
    assert "Our shop" not in read._repr_html_()
