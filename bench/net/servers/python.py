"""Python's own ways to serve: asyncio's Protocol and streams, and a thread for each connection."""
import asyncio
import os
import socket
import socketserver
import struct
import sys
import threading


class EchoProtocol(asyncio.Protocol):
    """One buffer for what was received, one write for all replies of a chunk."""

    def connection_made(self, transport):
        self.transport = transport
        self.received = bytearray()

    def data_received(self, data):
        received = self.received
        received += data
        at, end, replies = 0, len(received), []
        while end - at >= 4:
            (length,) = struct.unpack_from('!I', received, at)
            if end - at - 4 < length:
                break
            payload = bytes(received[at + 4 : at + 4 + length])
            replies.append(struct.pack('!I', length))
            replies.append(payload)
            at += 4 + length
        del received[:at]
        if replies:
            self.transport.write(b''.join(replies))


async def echo_stream(reader, writer):
    try:
        while True:
            (length,) = struct.unpack('!I', await reader.readexactly(4))
            payload = await reader.readexactly(length)
            writer.write(struct.pack('!I', length) + payload)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


class EchoThread(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = self.request.makefile('rb')
        try:
            while head := stream.read(4):
                (length,) = struct.unpack('!I', head)
                self.request.sendall(struct.pack('!I', length) + stream.read(length))
        except OSError:
            pass


class ThreadingServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 4096


def announce(port):
    print(port, flush=True)

    def end_with_parent():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()


async def serve_asyncio(kind):
    loop = asyncio.get_running_loop()
    if kind == 'protocol':
        server = await loop.create_server(EchoProtocol, '127.0.0.1', 0, backlog=4096)
    else:
        server = await asyncio.start_server(echo_stream, '127.0.0.1', 0, backlog=4096)
    announce(server.sockets[0].getsockname()[1])
    await server.serve_forever()


if sys.argv[1] == 'threads':
    server = ThreadingServer(('127.0.0.1', 0), EchoThread)
    announce(server.server_address[1])
    server.serve_forever()
else:
    asyncio.run(serve_asyncio(sys.argv[1]))
