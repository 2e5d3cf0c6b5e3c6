"""A pytest plugin: every log record of every test, with all its fields, goes to the file that RECORDS names."""

import logging
import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def everything_is_recorded() -> Iterator[None]:
    """Listens to all loggers from the first test to the last."""
    # Line by line: the tests run in several processes, which share the file.
    with open(os.environ["RECORDS"], "a", buffering=1, encoding="utf-8") as file:

        class Recorder(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                file.write(f"{vars(record)}\n")

        recorder = Recorder()
        logging.getLogger().addHandler(recorder)
        yield
        logging.getLogger().removeHandler(recorder)
