"""Takes a port of this machine as soon as it is free, answers everything, and writes down what it gets."""

import socket
import sys
import threading
import time
from contextlib import suppress

port, record = int(sys.argv[1]), open(sys.argv[2], "ab", 0)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
while True:
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        break
    except OSError:
        time.sleep(0.0005)
print("bound", flush=True)


def serve(connection):
    with connection, suppress(ConnectionError):
        while part := connection.recv(65536):
            record.write(part)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            )


while True:
    threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
