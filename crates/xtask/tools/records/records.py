"""A pytest plugin: what every test logs, with all its fields, and prints goes to the file that RECORDS names.

(pytest's own `-rP` prints what tests print that pass, but for each of them it looks through the reports of all.)
"""

import logging
import os
from collections.abc import Iterator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Begins in the main process, to which its workers' reports come."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Printed())


class Printed:
    """What tests print."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Writes them once: a report has the sections of the phases before it, too."""
        if report.when == "teardown":
            with open(os.environ["RECORDS"], "a", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(f"{report.nodeid}: {name}\n{text}\n" for name, text in report.sections)


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
