"""A mail server on this machine that can be away, hang, or give any answer."""

import socketserver
import threading


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        office = self.server.office
        office.reached.set()
        if not office.speaks.wait(timeout=60):
            return
        self.say("220 ready")
        for line in self.rfile:
            word = line[:4].strip().upper().decode()
            if word in office.answers:
                self.say(office.answers[word])
            elif word == "DATA":
                self.say("354 go on")
                office.mails.append(self.mail())
                self.say("250 kept")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())

    def mail(self):
        return b"".join(iter(self.rfile.readline, b".\r\n")).decode()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """The other side may have gone away, or been killed: here that is part of the test."""


class MailServer:
    """`answers` replaces what is said to a command, such as {"MAIL": "451 later"}."""

    def __init__(self):
        self.mails = []
        self.answers = {}
        self.reached = threading.Event()
        self.speaks = threading.Event()
        self.speaks.set()
        self.port = 0

    def start(self):
        """A second start is on the same port."""
        self.server = Server(("127.0.0.1", self.port), Conversation)
        self.server.office = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
