"""Python's websockets as a peer: a server that reports, and a client on demand.

It talks in lines of JSON. First it prints where it listens. A line on stdin is a job for
the client, {"conversation": ..., "links": [...]}; the answer is {"client": [reports]}.
About every connection to the server it prints {"server": report}. It ends with stdin.
"""

import asyncio
import json
import sys
import threading
import zlib

import websockets

PROTOCOL = "interop.example"
PING = b"are you there?"
LIMIT = 1000
PATIENCE = 60


def say(**what):
    print(json.dumps(what), flush=True)


def content(kind, size, connection, number):
    x = connection * 4096 + number & 0xFFFFFFFF
    out = bytearray()
    if kind != "utf8":
        for _ in range(size):
            x = x * 1664525 + 1013904223 & 0xFFFFFFFF
            out.append(x >> 24 if kind == "binary" else 97 + (x >> 24) % 26)
        return bytes(out)
    characters = [c.encode() for c in ("e", "é", "€", "🌍")]
    while size - len(out) >= 4:
        x = x * 1664525 + 1013904223 & 0xFFFFFFFF
        out += characters[(x >> 24) % 4]
    return bytes(out) + b"x" * (size - len(out))


class Tally:
    def __init__(self):
        self.count, self.sum = 0, 0

    def add(self, message):
        kind, payload = ("t", message.encode()) if isinstance(message, str) else ("b", message)
        self.count += 1
        self.sum = zlib.crc32(payload, zlib.crc32(b"%s%d\n" % (kind.encode(), len(payload)), self.sum))


class Report:
    def __init__(self, connection, ws):
        self.id, self.ws = connection, ws
        self.sent, self.received = Tally(), Tally()
        self.code, self.reason, self.problem = 1006, "", ""

    def end(self, closed):
        if closed.rcvd is not None:
            self.code, self.reason = closed.rcvd.code, closed.rcvd.reason

    def as_dict(self):
        return {
            "id": self.id,
            "sent": vars(self.sent),
            "received": vars(self.received),
            "protocol": self.ws.subprotocol or "",
            "code": self.code,
            "reason": self.reason,
            "problem": self.problem,
        }


async def pieces(ws, message, n, ping):
    """Gives a message in n fragments; of a text whole characters, the library wants str."""
    for i in range(n):
        yield message[i * len(message) // n : (i + 1) * len(message) // n]
        if ping and i == 0:
            await ws.ping(PING)


async def attend(ws):
    path = ws.path if hasattr(ws, "path") else ws.request.path
    _, way, connection = path.split("/")
    report = Report(int(connection), ws)
    closing = None
    try:
        while True:
            message = await ws.recv()
            report.received.add(message)
            if way in ("echo", "limited"):
                await ws.send(message)
                report.sent.add(message)
            elif way in ("pieces", "pings"):
                await ws.send(pieces(ws, message, 5, way == "pings"))
                report.sent.add(message)
            elif way == "close":
                closing = asyncio.create_task(ws.close(4002, "the server is done: fertig, 完了"))
            elif way == "leave":
                closing = asyncio.create_task(ws.close())
            else:
                ws.transport.abort()
    except websockets.ConnectionClosed as closed:
        report.end(closed)
    if closing:
        await closing
    say(server=report.as_dict())


async def converse(ws, conversation, connection):
    report = Report(connection, ws)
    news = asyncio.Condition()
    over = False

    async def receive():
        nonlocal over
        try:
            while True:
                message = await ws.recv()
                async with news:
                    report.received.add(message)
                    news.notify_all()
        except websockets.ConnectionClosed as closed:
            report.end(closed)
        async with news:
            over = True
            news.notify_all()

    async def send(act):
        payload = content(act["kind"], act["size"], connection, report.sent.count)
        message = payload if act["kind"] == "binary" else payload.decode()
        report.sent.add(message)
        if not act["pieces"]:
            return await ws.send(message)
        await ws.send(pieces(ws, message, act["pieces"], act["ping"]))

    async def act_out():
        for act in conversation["acts"]:
            if act["do"] == "send":
                for _ in range(act["count"]):
                    await send(act)
            elif act["do"] == "receive":
                async with news:
                    await news.wait_for(lambda: over or report.received.count >= act["count"])
                if report.received.count < act["count"]:
                    report.problem += "it was over after %d of %d messages; " % (report.received.count, act["count"])
            elif act["do"] == "close":
                # The library has no close without a code: 1000 is its default.
                code = {"code": act["code"], "reason": act["reason"]} if act["code"] != 1005 else {}
                await ws.close(**code)
            elif act["do"] == "drop":
                ws.transport.abort()

    reader = asyncio.create_task(receive())
    try:
        await asyncio.wait_for(act_out(), PATIENCE)
        await asyncio.wait_for(reader, PATIENCE)
    except Exception as problem:  # is told, not raised: others go on
        report.problem += repr(problem) + "; "
    await ws.close()
    return report.as_dict()


async def run(conversation, links):
    options = {"subprotocols": conversation["protocols"] or None, "max_size": 2 << 20, "ping_interval": None}
    sockets = await asyncio.gather(*(websockets.connect(link["url"], **options) for link in links))
    return await asyncio.gather(*(converse(ws, conversation, link["id"]) for ws, link in zip(sockets, links)))


async def main():
    async def listen(limit):
        server = await websockets.serve(
            attend, "127.0.0.1", 0, subprotocols=[PROTOCOL], max_size=limit, ping_interval=None
        )
        return "ws://127.0.0.1:%d" % server.sockets[0].getsockname()[1]

    say(url=await listen(2 << 20), limited=await listen(LIMIT))
    lines = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        say(client=await run(**json.loads(line)))


asyncio.run(main())
