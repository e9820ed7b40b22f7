"""The other side of every tutorial, with Python's standard library alone.

    python3 peers.py client SERVICE PORT MANNER [ARGUMENT ...]      prints what came back
    python3 peers.py server SERVICE MANNER [ARGUMENT ...]           prints its port, then what it receives

MANNER is how it sends:

    whole   a message in one piece
    apart   header and payload in two
    bytes   one byte at a time
    torn    a text whose last character is cut in two
    slow    six connections at once, one of which stops in the middle of its first message until the others are done
    wrong   with another secret
"""
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import threading

CROWD = 6
PATIENCE = 10
SECRET = b'a secret for the tests'


class Slowness:
    """Of one connection among several: it waits until all the others are done, and no longer than our patience."""

    def __init__(self):
        self.begun = threading.Event()
        self.over = threading.Event()

    def wait(self):
        self.begun.set()
        if not self.over.wait(PATIENCE):
            raise TimeoutError('the others were not served while one was slow')


slowness = Slowness()


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
    """Sends what a reader must put together again. Without a header it is one chunk, and that is a message."""
    data = header + payload
    if manner == 'bytes':
        for byte in data:
            s.sendall(bytes([byte]))
    elif manner == 'apart':
        s.sendall(header)
        s.sendall(payload)
    elif manner == 'slow':
        half = len(data) // 2 if header else 0
        s.sendall(data[:half])
        slowness.wait()
        s.sendall(data[half:])
    elif manner == 'torn':
        s.sendall(data + 'é'.encode()[:1])
    else:
        s.sendall(data)


def say(s, manner, data):
    send(s, manner, b'', data)


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


# ---------------------------------------------------------------------------------------------------------------- clients


def square_client(s, manner, *numbers):
    for number in numbers:
        send_frame(s, manner, struct.pack('!i', int(number)))
        yield struct.unpack('!i', receive_frame(s))[0]


def values_client(s, manner, number, text, ratio):
    record = struct.pack('I 2s f', int(number), text.encode(), float(ratio))
    send(s, manner, record[:5], record[5:])
    s.shutdown(socket.SHUT_WR)
    yield repr(s.recv(16))


def greeter_client(s, manner, *names):
    yield s.recv(1024).decode()
    for name in names:
        say(s, manner, name.encode('utf-8'))
        answer = s.recv(1024).decode('utf-8')
        yield answer
        if not answer:
            return
    s.sendall(b'exit')
    yield repr(s.recv(1024))


def info_client(s, manner, *lines):
    for line in lines:
        say(s, manner, line.encode('utf-8'))
        answer = s.recv(1024).decode('utf-8')
        yield answer and answer == "Hello, %s. I got this from you: '%s'" % (s.getsockname(), line)


def ack_client(s, manner, *texts):
    for text in texts:
        for part in text if manner == 'bytes' else [text]:
            say(s, manner, part.encode())
            yield s.recv(1024).decode()


def messages_client(s, manner, mode, *texts):
    for text in texts:
        send_frame(s, manner, text.encode('utf-8'))
    if mode == 'unanswered':
        s.shutdown(socket.SHUT_WR)
        yield repr(s.recv(16))
        return
    for _ in texts:
        yield json.dumps(json.loads(receive_frame(s).decode('utf-8')))


def auth_client(s, manner, digest):
    challenge = receive(s, 32)
    secret = b'another secret' if manner == 'wrong' else SECRET
    proof = hmac.new(secret, challenge, digest).digest()
    send(s, manner, proof[:4], proof[4:])
    yield s.recv(1024).decode()
    yield repr(s.recv(1024))


def upper_client(s, manner, text):
    say(s, manner, text.encode())
    yield s.recv(1024).decode()
    yield repr(s.recv(1024))


def record_client(s, manner, text, number):
    send_frame(s, manner, entry(text, int(number)))
    yield '%s %d' % read_entry(receive_frame(s))


def sticky_client(s, manner, mode, *texts):
    """Framed, the messages come back one by one; otherwise every letter does, in pieces that mean nothing."""
    if mode == 'framed':
        for text in texts:
            send_frame(s, manner, text.encode())
        for _ in texts:
            yield receive_frame(s).decode()
        return
    for text in texts:
        send(s, manner, b'', text.encode())
    yield receive(s, sum(len(text.encode()) for text in texts)).decode()


# ---------------------------------------------------------------------------------------------------------------- servers


def square_server(s, manner):
    while (payload := receive_frame(s)) is not None:
        number, = struct.unpack('!i', payload)
        send_frame(s, manner, struct.pack('!i', number * number))


def values_server(s, manner):
    """Answers nothing, so what it does apart, or slowly, is to read."""
    size = struct.calcsize('I 2s f')
    if manner == 'bytes':
        data = b''.join(receive(s, 1) for _ in range(size))
    else:
        data = receive(s, size // 2)
        if manner == 'slow':
            slowness.wait()
        data += receive(s, size - len(data))
    print(data.hex(), struct.unpack('I 2s f', data), flush=True)


def greeter_server(s, manner):
    say(s, manner, b'Welcome!')
    while True:
        name = s.recv(1024).decode('utf-8')
        if not name or name == 'exit':
            return
        say(s, manner, ('Hello, %s!' % name).encode('utf-8'))


def info_server(s, manner):
    while data := s.recv(1024):
        answer = "Hello, %s. I got this from you: '%s'" % (s.getpeername(), data.decode('utf-8'))
        say(s, manner, answer.encode('utf-8'))


def ack_server(s, manner):
    while data := s.recv(1024):
        say(s, manner, b'ACK: ' + data)


def messages_server(s, manner, mode):
    while (payload := receive_frame(s)) is not None:
        print(json.dumps(json.loads(payload.decode('utf-8'))), flush=True)
        if mode == 'answered':
            send_frame(s, manner, payload)
        elif manner == 'slow':
            slowness.wait()


def auth_server(s, manner, digest):
    challenge = os.urandom(32)
    send(s, manner, challenge[:4], challenge[4:])
    answer = receive(s, hashlib.new(digest).digest_size)
    if answer and hmac.compare_digest(answer, hmac.new(SECRET, challenge, digest).digest()):
        grant = b'Access Granted'
        send(s, manner, grant[:6], grant[6:])


def upper_server(s, manner):
    say(s, manner, s.recv(1024).strip().upper())


def record_server(s, manner):
    while (payload := receive_frame(s)) is not None:
        text, number = read_entry(payload)
        send_frame(s, manner, entry(text, number))


def sticky_server(s, manner):
    """Sends back whatever one recv gives: one byte at a time at its worst, everything in one piece at its best."""
    while chunk := s.recv(1 if manner == 'bytes' else 1024):
        send(s, 'slow' if manner == 'slow' else 'whole', b'', chunk)


# ------------------------------------------------------------------------------------------------------------------- UDP


def datagram_client(s, manner, *texts):
    if manner == 'torn':
        send(s, manner, b'', b'no text')
        manner = 'whole'
    for text in texts:
        say(s, manner, text.encode('utf-8'))
        yield s.recv(1024).decode('utf-8')


def datagram_server(manner):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        print(s.getsockname()[1], flush=True)
        held = []
        while True:
            data, sender = s.recvfrom(1024)
            print(data.decode('utf-8'), flush=True)
            if manner == 'torn':
                s.sendto('Message receiv\u00e9'.encode()[:-1], sender)
            # One of them is answered when all the others have been.
            held.append(sender)
            if manner == 'slow' and len(held) == 1:
                continue
            s.sendto(b'Message received', sender)
            if manner == 'slow' and len(held) == CROWD:
                s.sendto(b'Message received', held[0])


# ----------------------------------------------------------------------------------------------------------------- roles


def connect(service, port):
    if service == 'datagram':
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(PATIENCE)
        s.connect(('127.0.0.1', port))
        return s
    s = socket.create_connection(('127.0.0.1', port), timeout=2 * PATIENCE)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def call(service, port, manner, arguments):
    with connect(service, port) as s:
        return [str(line) for line in globals()[service + '_client'](s, manner, *arguments)]


def call_crowd(service, port, arguments):
    """One begins a message, five have their whole conversation, and then the one goes on."""
    answers = [None] * CROWD

    def one(i, manner):
        answers[i] = call(service, port, manner, arguments)

    slow, *others = [threading.Thread(target=one, args=(i, 'whole' if i else 'slow')) for i in range(CROWD)]
    slow.start()
    slowness.begun.wait(PATIENCE)
    for other in others:
        other.start()
    for other in others:
        other.join()
    slowness.over.set()
    slow.join()
    return [line for lines in answers for line in lines]


def serve(handler, manner, arguments):
    """The first connection is the slow one, when one is to be slow."""
    served = threading.Semaphore(0)

    def one(s, manner):
        with s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                handler(s, manner, *arguments)
            except (EOFError, ConnectionError) as error:
                print(type(error).__name__, file=sys.stderr)
        served.release()

    def patience():
        for _ in range(CROWD - 1):
            served.acquire()
        slowness.over.set()

    threading.Thread(target=patience, daemon=True).start()
    with socket.create_server(('127.0.0.1', 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        manners = iter([manner])
        while True:
            s, _ = listener.accept()
            its = next(manners, 'whole') if manner == 'slow' else manner
            threading.Thread(target=one, args=(s, its), daemon=True).start()


role, service, *rest = sys.argv[1:]
if role == 'client':
    port, manner, *arguments = rest
    if manner == 'slow':
        lines = call_crowd(service, int(port), arguments)
    else:
        lines = call(service, int(port), manner, arguments)
    print(*lines, sep='\n')
elif service == 'datagram':
    datagram_server(*rest)
else:
    serve(globals()[service + '_server'], rest[0], rest[1:])
