"""A client in Python for the time servers of lessons 2 and 3.

    python3 client.py PORT COUNT

It reads as the study notes do, 16 bytes at a time, prints every message, and
fails unless exactly COUNT messages came and the server closed after the last.
"""

import socket
import sys

HEADER = 10


def messages(connection):
    """Yield the payloads that arrive, until the server closes."""
    data = b""
    while True:
        chunk = connection.recv(16)
        if not chunk:
            if data:
                sys.exit(f"the server closed inside a message: {data!r}")
            return
        data += chunk
        while len(data) >= HEADER:
            end = HEADER + int(data[:HEADER])
            if len(data) < end:
                break
            yield data[HEADER:end].decode("ascii")
            data = data[end:]


port, count = int(sys.argv[1]), int(sys.argv[2])
with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
    came = 0
    for text in messages(connection):
        print(text)
        came += 1
if came != count:
    sys.exit(f"{came} messages came, {count} were wanted")
