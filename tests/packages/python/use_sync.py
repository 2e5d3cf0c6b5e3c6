"""The installed package in a plain script, against the mock that it brings along."""

from greenapi_partner import NotFoundError, PartnerClient
from greenapi_partner.testing import MockServer

with MockServer() as mock, PartnerClient(mock.partner_token, partner_api_url=mock.url) as partner:
    created = partner.create_instance(name="shop-42", incoming_webhook=True)
    assert len(created.api_token_instance) == 50
    assert created.api_token_instance not in repr(created)

    [listed] = partner.get_instances().live
    assert (listed.id_instance, listed.name) == (created.id_instance, "shop-42")

    assert partner.delete_instance_account(created.id_instance) is None
    assert partner.get_instance(created.id_instance).deleted
    try:
        partner.delete_instance_account(created.id_instance)
    except NotFoundError as error:
        assert error.code == "not_found"
    else:
        raise AssertionError("the second delete was not refused")
