"""What a person presses on the private page, for tests."""

import re

OWN_PAGE = {"sec-fetch-site": "same-origin"}


def post(client, address, **typed):
    return client.post(f"/request/private/{address}", typed, headers=OWN_PAGE)


def open_page(client, sent):
    stored, secret = sent
    return post(client, "", reference=stored.reference, secret=secret)


def pass_of(response):
    return re.search(r'name="pass" value="([^"]+)"', response.text)[1]


def token_of(response):
    return re.search(r'name="token" value="([^"]+)"', response.text)[1]


def press(client, sent, what, **typed):
    return post(client, f"{what}/", **{"pass": pass_of(open_page(client, sent))}, **typed)
