"""The other side of every tutorial, with Python's standard library alone.

    python3 peers.py client SERVICE PORT MANNER [ARGUMENT ...]      prints what came back
    python3 peers.py server SERVICE MANNER [ARGUMENT ...]           prints its port, then what it receives

MANNER is how bytes are sent: `whole`, `apart` (header and payload in two sends) or `bytes` (one at a time).
"""
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import threading


def receive(s, count):
    data = b''
    while len(data) < count:
        more = s.recv(count - len(data))
        if not more:
            if data:
                raise EOFError('cut off')
            return None
        data += more
    return data


def send(s, manner, header, payload=b''):
    if manner == 'bytes':
        for byte in header + payload:
            s.sendall(bytes([byte]))
    elif manner == 'apart' and header:
        s.sendall(header)
        s.sendall(payload)
    else:
        s.sendall(header + payload)


def send_frame(s, manner, payload):
    send(s, manner, struct.pack('!I', len(payload)), payload)


def receive_frame(s):
    header = receive(s, 4)
    return None if header is None else receive(s, struct.unpack('!I', header)[0])


def entry(text, number):
    raw = text.encode('utf-8')
    return struct.pack('!I', len(raw)) + raw + struct.pack('!i', number)


def read_entry(payload):
    size, = struct.unpack_from('!I', payload)
    return payload[4:4 + size].decode('utf-8'), struct.unpack_from('!i', payload, 4 + size)[0]


SECRET = b'a secret for the tests'

# ---------------------------------------------------------------------------------------------------------------- clients


def square_client(s, manner, *numbers):
    for number in numbers:
        send_frame(s, manner, struct.pack('!i', int(number)))
        print(*struct.unpack('!i', receive_frame(s)))


def values_client(s, manner, number, text, ratio):
    send(s, manner, struct.pack('I 2s f', int(number), text.encode(), float(ratio)))
    s.shutdown(socket.SHUT_WR)
    print(repr(s.recv(16)))


def greeter_client(s, manner, *names):
    print(s.recv(1024).decode())
    for name in names:
        s.sendall(name.encode('utf-8'))
        print(s.recv(1024).decode('utf-8'))
    s.sendall(b'exit')
    print(repr(s.recv(1024)))


def info_client(s, manner, *lines):
    for line in lines:
        s.sendall(line.encode('utf-8'))
        print(s.recv(1024).decode('utf-8') == "Hello, %s. I got this from you: '%s'" % (s.getsockname(), line))


def ack_client(s, manner, *texts):
    for text in texts:
        s.sendall(text.encode())
        print(s.recv(1024).decode())


def messages_client(s, manner, *texts):
    for text in texts:
        send_frame(s, manner, text.encode('utf-8'))
    for _ in texts:
        print(json.dumps(json.loads(receive_frame(s).decode('utf-8'))))


def auth_client(s, manner, digest, secret=SECRET.decode()):
    challenge = receive(s, 32)
    send(s, manner, hmac.new(secret.encode(), challenge, digest).digest())
    print(s.recv(1024).decode())
    print(repr(s.recv(1024)))


def upper_client(s, manner, text):
    s.sendall(text.encode())
    print(s.recv(1024).decode())
    print(repr(s.recv(1024)))


def record_client(s, manner, text, number):
    send_frame(s, manner, entry(text, int(number)))
    print(*read_entry(receive_frame(s)))


def sticky_client(s, manner, *texts):
    """The receiving end of a length prefix, whatever the sends: the cure."""
    for text in texts:
        send_frame(s, manner, text.encode())
    seen = b''
    while seen.count(b'messages:') == 0 or any(('"%s"' % text).encode() not in seen for text in texts):
        seen += s.recv(4096)
    print('all messages seen')


# ---------------------------------------------------------------------------------------------------------------- servers


def square_server(s, manner):
    while (payload := receive_frame(s)) is not None:
        number, = struct.unpack('!i', payload)
        send_frame(s, manner, struct.pack('!i', number * number))


def values_server(s, manner):
    data = receive(s, struct.calcsize('I 2s f'))
    print(data.hex(), struct.unpack('I 2s f', data), flush=True)


def greeter_server(s, manner):
    s.sendall(b'Welcome!')
    while True:
        name = s.recv(1024).decode('utf-8')
        if not name or name == 'exit':
            return
        s.sendall(('Hello, %s!' % name).encode('utf-8'))


def info_server(s, manner):
    while data := s.recv(1024):
        s.sendall(("Hello, %s. I got this from you: '%s'" % (s.getpeername(), data.decode('utf-8'))).encode('utf-8'))


def ack_server(s, manner):
    while data := s.recv(1024):
        s.sendall(b'ACK: ' + data)


def messages_server(s, manner):
    while (payload := receive_frame(s)) is not None:
        print(json.dumps(json.loads(payload.decode('utf-8'))), flush=True)
        send_frame(s, manner, payload)


def auth_server(s, manner, digest):
    challenge = os.urandom(32)
    send(s, manner, challenge)
    answer = receive(s, hashlib.new(digest).digest_size)
    if answer and hmac.compare_digest(answer, hmac.new(SECRET, challenge, digest).digest()):
        send(s, manner, b'Access Granted')


def upper_server(s, manner):
    s.sendall(s.recv(1024).strip().upper())


def record_server(s, manner):
    while (payload := receive_frame(s)) is not None:
        text, number = read_entry(payload)
        send_frame(s, manner, entry(text, number))


# ------------------------------------------------------------------------------------------------------------------- UDP


def datagram_client(port, *texts):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(10)
        for text in texts:
            s.sendto(text.encode('utf-8'), ('127.0.0.1', port))
            print(s.recvfrom(1024)[0].decode('utf-8'))


def datagram_server():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        print(s.getsockname()[1], flush=True)
        while True:
            data, sender = s.recvfrom(1024)
            print(data.decode('utf-8'), flush=True)
            s.sendto(b'Message received', sender)


def serve(handler, arguments):
    def one(s):
        with s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                handler(s, *arguments)
            except (EOFError, ConnectionError) as error:
                print(type(error).__name__, file=sys.stderr)

    with socket.create_server(('127.0.0.1', 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()


role, service, *rest = sys.argv[1:]
if role == 'client' and service == 'datagram':
    datagram_client(int(rest[0]), *rest[2:])
elif role == 'client':
    with socket.create_connection(('127.0.0.1', int(rest[0])), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        globals()[service + '_client'](connection, *rest[1:])
elif service == 'datagram':
    datagram_server()
else:
    serve(globals()[service + '_server'], rest)
