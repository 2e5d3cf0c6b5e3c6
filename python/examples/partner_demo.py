"""A partner's day: create an instance, find it, delete it, and see what a refusal looks like.

    GREENAPI_PARTNER_TOKEN=gac.… python partner_demo.py

This creates an instance, which is billed. To try it for nothing, run `greenapi-partner-mock` and set
GREENAPI_PARTNER_TOKEN and GREENAPI_PARTNER_API_URL to what it prints.
"""

from greenapi_partner import GreenApiError, PartnerClient


def main() -> None:
    with PartnerClient() as partner:
        created = partner.create_instance(
            name="shop-42",
            webhook_url="https://shop.example/green-api",
            incoming_webhook=True,
            delay_send_messages_milliseconds=1000,
        )
        print(f"created   {created}")

        instances = partner.get_instances()
        print(f"listed    {len(instances)} instances, {len(instances.live)} of them live")

        found = partner.get_instance(created.id_instance)
        print(f"found     {found.name!r}, created {found.time_created:%Y-%m-%d}")

        partner.delete_instance_account(created.id_instance)
        print(f"deleted   {created.id_instance}")

        instances = partner.get_instances()
        print(f"listed    upstream keeps {[one.name for one in instances.deleted]} for three months")

        try:
            partner.delete_instance_account(created.id_instance)
        except GreenApiError as error:
            print(f"refused   {type(error).__name__} ({error.code}): {error}")


if __name__ == "__main__":
    main()
