"""Another verifier of signed exports, written from docs/log.md: it imports nothing of the bot's."""

import base64
import hashlib
import json
import re
import unicodedata
from collections import Counter
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

dumps = partial(json.dumps, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
LISTED = "state number kind name country affiliation place digest day"
RECORD = {"listed": LISTED, "counted": "state kind digest", "out": "state"}
OTHER = {"text": "change language digest of title", "life": "event note"}
EVENTS = ["opened", "paused", "finished", "moved", "accepted", "restored"]
CHANGES = ["first", "correction", "new", "translation"]
KINDS = ["person", "organisation"]
WORDS: dict[str, Any] = {"kind": KINDS, "change": CHANGES, "event": EVENTS, "paper": [True]}
MORE = r'\[\["[0-9]{1,9}"(,"[0-9]{1,9}")*\],"(0|[1-9][0-9]{0,8})","[1-9][0-9]{0,8}"\]'


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root(hashes: list[bytes]) -> bytes:
    k = 1 << max(0, len(hashes) - 1).bit_length() >> 1
    return sha(b"\1", root(hashes[:k]), root(hashes[k:])) if k else b"".join(hashes) or sha()


def signed(file: Any, note: str) -> tuple[int, bytes]:
    name, id_, key = file["vkey"].split("+", 2)
    public = base64.b64decode(key)
    assert all((sha(name.encode(), b"\n", public)[:4].hex() == id_, len(public) == 33))
    found = re.fullmatch(f"((.+)\n([0-9]+)\n(.+)\n)\n— {re.escape(name)} (.+)\n", note)
    assert all((found, public[0] == 1, base64.b64encode(public).decode() == key))
    text, origin, size, top, line = found.groups() if found else "....."
    data = base64.b64decode(line)
    assert all((data[:4].hex() == id_, base64.b64encode(data).decode() == line))
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(data[4:], text.encode())
    assert origin == f"{name}/{file['statement']}"
    return int(size), base64.b64decode(top)


def verify(raw: bytes, older: str | None = None, key: str | None = None) -> dict[str, int]:
    file = json.loads(raw)
    assert all(((dumps(file) + "\n").encode() == raw, len(file) == 6, key in {None, file["vkey"]}))
    hashes, last, named, texts = [], dict[str, Any](), set(), []
    for text in file["texts"]:
        for n in (fields := [text[k] for k in ("language", "title", "attribution", "text")])[1:]:
            assert n == re.sub("[ \t]+(?=\n)", "", unicodedata.normalize("NFC", n)).rstrip(" \t\n")
        data = [field.encode() for field in ["undersigned/1", *fields]]
        assert sha(*(len(d).to_bytes(8, "big") + d for d in data)).hex() == text["digest"]
        texts.append(text["digest"])
    for entry in file["entries"]:
        kind, day, ref, bound = (entry[name] for name in ("kind", "day", "ref", "commitment"))
        assert all((len(entry) == 4 + 2 * ("body" in entry), kind in {"record", *OTHER}))
        assert (ref == "0" * 32) is (kind in OTHER)
        hashes.append(sha(b"\0", f"undersigned/1 {kind} {day}\n{ref}\n{bound}\n".encode()))
        if (body := entry.get("body")) is not None:
            salt = bytes.fromhex(entry["salt"])
            assert (entry["salt"], bound) == (salt.hex(), sha(salt, dumps(body).encode()).hex())
            form = set((OTHER.get(kind) or RECORD[body["state"]]).split())
            listed = {"except", "mandate"} if "number" in form else set()
            assert form == {*body} - listed - {"paper" * ("kind" in form)}
            more: Any = [body.get("except", ["1"]), *body.get("mandate", "0/1").split("/")]
            assert re.fullmatch(MORE, dumps(more))
            assert int(more[1]) <= int(more[2])
            assert all(body.get(name, words[0]) in words for name, words in WORDS.items())
        last |= {ref: body} if kind == "record" else {}
        named |= {body["digest"]} if kind == "text" and body else set()
    size, top = signed(file, file["checkpoint"])
    assert all((size == len(hashes), top == root(hashes), file["format"] == "undersigned/1 export"))
    was, older_top = signed(file, older) if older else (0, sha())
    assert all((was <= size, older_top == root(hashes[:was])))
    bodies = [body for body in last.values() if body]
    numbers = Counter(body["number"] for body in bodies if "number" in body)
    assert all((set(texts) <= named, texts == sorted(set(texts)), set(numbers.values()) <= {1}))
    assert {body["digest"] for body in bodies if "digest" in body} <= {*texts}
    found = Counter(f"{body['state']} {body.get('kind', '')}".strip() for body in bodies)
    return {**found, "shut": len(last) - len(bodies)}
