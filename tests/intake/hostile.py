"""What a hostile client may send, each with a name, and the honest answers that must be kept beside it."""

import json
from urllib.parse import urlencode
from uuid import uuid4

from django.core import signing

from intake import form_token

FORM = "application/x-www-form-urlencoded"
HONEST = {
    "asking_for": "loved_one",
    "name": "Quillon",
    "ways": ["call", "email"],
    "phone": "207 555 0177",
    "email": "zanzibar@example.com",
    "message": "marmalade umbrella",
}
WORDS = {
    "nothing": "",
    "spaces": " \t\r\n ",
    "NUL": "a\x00b",
    "every control character": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "text that turns around": "\u202eevil\u202c \u2066isolate\u2069 \u200f",
    "invisible letters": "\u200b\ufeff\u2060\u00ad",
    "letters beyond letters": "a" + "\u0301" * 2000,
    "emoji": "🧑‍🧑‍🧒‍🧒🏳️‍🌈" * 50,
    "a flag of tags": "\U000e0067\U000e007f",
    "not a character": "\uffff\U0010ffff",
    "line separators": "a\u2028b\u2029c\x85d",
    "a header": "a\r\nBcc: everybody@example.com",
    "markup": "</textarea></script><script>alert(1)</script>",
    "a template": "{{ clinic }}{% debug %}${7*7}",
    "SQL": "1 OR 1=1; DROP TABLE intake_consultationrequest; --",
    "a long word": "a" * 100_000,
    "many lines": "\n" * 50_000,
    "a negative number": "-1",
    "a huge number": str(10**30),
    "a number with underscores": "1_0",
    "digits of another script": "٢٠٧٥٥٥٠١٧٧",
    "not a number": "NaN",
    "a time long ago": "0001-01-01T00:00Z",
    "a time after all time": "9999-12-31T23:59:59.999999+00:00",
    "a time without a zone": "2026-11-22T14:00",
    "no time": "2026-13-45T99:99Z",
    "a path": "../../../../etc/passwd",
    "a list": "['call', 'text']",
}
TYPES = {
    "none": None,
    "an empty one": "",
    "JSON": "application/json",
    "plain text": "text/plain",
    "a form in two parts": "multipart/form-data; boundary=x, application/x-www-form-urlencoded",
    "a form in UTF-16": f"{FORM}; charset=utf-16",
    "a form in UTF-7": f"{FORM}; charset=utf-7",
    "a form in no charset": f"{FORM}; charset=nonsense",
    "a form in an encoding that is none": f"{FORM}; charset=hex",
    "a form in an empty charset": f"{FORM}; charset=",
    "a charset in the other spelling": f"{FORM}; charset*=nonsense''utf-8",
    "a parameter in no charset": f"{FORM}; x*=nonsense''y",
    "parts without a boundary": "multipart/form-data",
    "parts with an empty boundary": "multipart/form-data; boundary=",
    "parts with a boundary in no charset": "multipart/form-data; boundary*=nonsense''x",
    "parts with a boundary too long": f"multipart/form-data; boundary={'x' * 5000}",
    "parts with a boundary of another script": "multipart/form-data; boundary=\xff\xfe",
    "parts in UTF-16": "multipart/form-data; boundary=x; charset=utf-16",
    "parts that are not there": "multipart/form-data; boundary=x",
    "parameters without end": FORM + ";a=b" * 5000,
    "only semicolons": ";" * 1000,
}


def part(name, value, more=""):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


PARTS = {
    "cut off in a header": "--x\r\nContent-Disposition: form-da",
    "cut off in a value": '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nQuil',
    "without a last line": part("name", "Quillon"),
    "without a name": "--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--\r\n",
    "without a header": "--x\r\n\r\nvalue\r\n--x--\r\n",
    "with a name in no charset": "--x\r\nContent-Disposition: form-data; name*=nonsense''a\r\n\r\nb\r\n--x--\r\n",
    "with a name in UTF-7": "--x\r\nContent-Disposition: form-data; name*=utf-7''%2B2AA-\r\n\r\nb\r\n--x--\r\n",
    "in broken base64": part("name", "!!!", "\r\nContent-Transfer-Encoding: base64") + "--x--\r\n",
    "with a file": part("name", "words", '; filename="a.txt"\r\nContent-Type: text/plain') + "--x--\r\n",
    "with a file in broken base64": part("a", "!", '; filename="a"\r\nContent-Transfer-Encoding: base64') + "--x--\r\n",
    "with a file named as a folder": part("phone", "words", '; filename="../../../"') + "--x--\r\n",
    "with a file in no charset": part("name", "a", "; filename=a\r\nContent-Type: text/plain; charset*=nonsense''b")
    + "--x--\r\n",
    "with a charset for all": part("_charset_", "utf-16") + part("name", "Quillon") + "--x--\r\n",
    "2000 of them": "".join(part(f"field{n}", "a") for n in range(2000)) + "--x--\r\n",
    "500 files": "".join(part(f"field{n}", "a", '; filename="a"') for n in range(500)) + "--x--\r\n",
    "within parts": part("a", part("b", "c"), "\r\nContent-Type: multipart/mixed; boundary=x") + "--x--\r\n",
    "only the last line": "--x--\r\n",
}
BODIES = {
    "percent signs of nothing": b"name=%&phone=%zz&%=%&ways=%e",
    "half of a letter": b"name=%c3&message=%e2%82&%ff=%fe",
    "letters that are too long": b"name=%c0%80&message=%f5%80%80%80",
    "half of a surrogate pair": b"name=%ed%a0%80&phone=%ed%bf%bf",
    "raw bytes": bytes(range(256)) * 20,
    "ampersands": b"&" * 20_000,
    "equal signs": b"=" * 20_000,
    "semicolons": b"name=a;phone=b;ways=call",
    "UTF-16": urlencode(HONEST).encode("utf-16"),
    "JSON": json.dumps(HONEST).encode(),
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "2000 fields": "&".join(f"field{n}=a" for n in range(2000)).encode(),
    "one field 900 times": b"&".join([b"ways=call"] * 900),
    "a field of a megabyte": b"message=" + b"a" * 1024 * 1024,
    "a field of two megabytes": b"message=" + b"a" * 2 * 1024 * 1024,
    "a name of almost a megabyte": b"a" * 1_000_000 + b"=1",
}
TOKENS = {
    "of another site": lambda: signing.dumps([uuid4().hex, {"": "Yes."}, "1", 0], key="another", salt=form_token.SALT),
    "of another place": lambda: signing.dumps([uuid4().hex, {"": "Yes."}, "1", 0], salt="another"),
    "with another content": lambda: signing.dumps({"a": 1}, salt=form_token.SALT),
    "with too little": lambda: signing.dumps([uuid4().hex], salt=form_token.SALT),
    "without a list": lambda: signing.dumps("text", salt=form_token.SALT, compress=True),
    "with no identity": lambda: signing.dumps(["nobody", {}, "1", 0], salt=form_token.SALT),
    "huge": lambda: "a" * 900_000,
    "colons": lambda: ":" * 10_000,
    "not ASCII": lambda: "é:é:é",
    "NUL": lambda: "\x00:\x00:\x00",
}
HEAD = "POST /request/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: " + FORM + "\r\n"
WIRE = {
    "nothing": b"",
    "line breaks": b"\r\n" * 100,
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "half a request line": b"POST /requ",
    "a method of its own": b"SEND /request/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an address without end": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an address that cannot be decoded": b"GET /request/%ff%c0%00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: {host}\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "500 headers": b"GET / HTTP/1.1\r\nHost: {host}\r\n" + b"X-A: b\r\n" * 500 + b"\r\n",
    "another host": b"GET /request/ HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    "a host that is none": b"GET /request/ HTTP/1.1\r\nHost: [::\xff\r\n\r\n",
    "a length that is none": HEAD.encode() + b"Content-Length: many\r\n\r\n",
    "a negative length": HEAD.encode() + b"Content-Length: -1\r\n\r\n",
    "more length than body": HEAD.encode() + b"Content-Length: 5000\r\n\r\nname=Quillon",
    "two lengths": HEAD.encode() + b"Content-Length: 4\r\nContent-Length: 9\r\n\r\nname=abcd",
    "chunks that are none": HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nname=a\r\n0\r\n\r\n",
    "chunks that stop": HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=",
    "chunks and a length": HEAD.encode() + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a charset in the other spelling": b"GET / HTTP/1.1\r\nHost: {host}\r\nContent-Type: a/b; c*=nonsense''d\r\n\r\n",
}
