"""Lock: holds SQLite's file until its input ends, so that nobody writes into it."""

import sqlite3
import sys

holding = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
holding.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
