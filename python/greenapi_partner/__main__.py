"""`python -m greenapi_partner`: the program `greenapi-partner`."""

from importlib import import_module

if __name__ == "__main__":
    # A module beside the package: type checkers know the package alone.
    import_module("greenapi_partner_program").main()
