"""A time server in Python for the clients of lessons 2 and 3.

    python3 server.py COUNT

It says where it listens, sends COUNT messages to the first client as the study
notes do, prints each of them, and ends.
"""

import socket
import sys
import time

HEADER = 10

count = int(sys.argv[1])
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    listener.settimeout(60)
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(30)
        for number in range(count):
            text = f"The time is {time.time():.6f}, message {number}"
            connection.sendall(bytes(f"{len(text):<{HEADER}}{text}", "ascii"))
            print(text)
