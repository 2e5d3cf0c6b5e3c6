"""From a name to a linked phone, a message out and one in, and the end of it.

    GREENAPI_PARTNER_TOKEN=gac.… python onboard_demo.py

This creates an instance, which is billed for its first day, and waits until a phone has scanned the QR code. To try it
for nothing, run `greenapi-partner-mock --options '{"customer": {"replies": "Hello yourself"}}'`, whose customer scans
and answers by himself, and set GREENAPI_PARTNER_TOKEN and GREENAPI_PARTNER_API_URL to what it prints.
"""

from greenapi_partner import PartnerClient, show_in_terminal
from greenapi_partner.notifications import IncomingMessageReceived


def main() -> None:
    with PartnerClient() as partner:
        onboarding = partner.onboard(name="shop-42", incoming_webhook=True, interval=1)
        show_in_terminal(onboarding)  # draws the QR code, until a phone is linked
        shop = onboarding.instance
        assert shop is not None

        sent = shop.send_message("79876543210@c.us", "Hello from shop-42")
        print(f"sent        {sent.id_message}")

        with shop.notifications() as notifications:
            for notification in notifications:
                if isinstance(notification, IncomingMessageReceived):
                    print(f"received    {notification.text!r} from {notification.sender}")
                    notifications.ack()
                    break

        partner.offboard(shop.id_instance)
        print(f"offboarded  {shop.id_instance}")


if __name__ == "__main__":
    main()
