/* Checks a signer's receipt (docs/log.md) by this page alone: nothing is sent anywhere. */
(() => {
  "use strict";
  const site = window.undersigned;
  const TILE = 256;
  const HEX = /^(?:[0-9a-f]{2})*$/;
  const FORMS = {
    listed: "affiliation country day digest kind name number place state",
    counted: "digest kind state",
    out: "state",
  };
  const UNCHECKED = new Set(["empty", "is_export", "no_cryptography", "other_statement"]);
  const COMMAND = "undersigned verify FILE --key KEY";

  class Broken extends Error {
    constructor(name, values) {
      super(site.say(name, values));
      this.name = name;
    }
  }

  const bytesOf = (text) => new TextEncoder().encode(text);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const node = (left, right) => sha256(join([1], left, right));
  const same = (one, other) => one.length === other.length && one.every((b, i) => b === other[i]);
  const inHex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");

  function unhex(text, length) {
    if (typeof text !== "string" || !HEX.test(text)) throw new Broken("no_receipt");
    const data = Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
    if (length && data.length !== length) throw new Broken("no_receipt");
    return data;
  }

  function unbase64(text) {
    try {
      const data = atob(text);
      if (btoa(data) === text) return Uint8Array.from(data, (c) => c.charCodeAt(0));
    } catch { /* it is none */ }
    throw new Broken("no_receipt");
  }

  /* The one way in which JSON is written there: keys in the order of their code points. */
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const order = (a, b) => {
      const [one, other] = [Array.from(a), Array.from(b)];
      const at = one.findIndex((c, i) => c !== other[i]);
      return at < 0 || at >= other.length ? one.length - other.length
        : one[at].codePointAt(0) - other[at].codePointAt(0);
    };
    const inner = Object.keys(value).sort(order).map((key) =>
      `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${inner.join(",")}}`;
  }

  function read(text) {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      throw new Broken("no_receipt");
    }
    if (found === null || typeof found !== "object") throw new Broken("no_receipt");
    if (found.format === "undersigned/1 export") throw new Broken("is_export", { command: COMMAND });
    const keys = "checkpoint entry format inclusion position statement vkey";
    const isFormed = found.format === "undersigned/1 receipt"
      && Object.keys(found).sort().join(" ") === keys
      && Number.isSafeInteger(found.position) && found.position >= 0
      && Array.isArray(found.inclusion)
      && [found.checkpoint, found.statement, found.vkey].every((s) => typeof s === "string")
      && found.entry !== null && typeof found.entry === "object";
    if (!isFormed) throw new Broken("no_receipt");
    if (canonical(found) !== text.trim()) throw new Broken("changed");
    return found;
  }

  /* Of a note: what was signed, how far the log is, and the lines of signatures. */
  function checkpointOf(note) {
    const end = note.lastIndexOf("\n\n");
    const signed = note.slice(0, end + 1);
    const [origin, size, root] = signed.split("\n");
    if (end < 0 || !/^(?:0|[1-9]\d{0,15})$/.test(size)) throw new Broken("no_receipt");
    const signatures = note.slice(end + 2).trimEnd().split("\n");
    return { signed, origin, size: Number(size), root: unbase64(root), signatures };
  }

  /* Whether the key has signed it; null where this browser cannot tell. */
  async function isSigned(checkpoint, vkey) {
    const [name, id] = vkey.split("+", 2);
    const data = unbase64(vkey.slice(name.length + id.length + 2));
    const hash = await sha256(join(bytesOf(`${name}\n`), data));
    if (data.length !== 33 || data[0] !== 1 || inHex(hash.slice(0, 4)) !== id) return false;
    const lines = checkpoint.signatures.filter((line) => line.startsWith(`— ${name} `));
    const found = lines.map((line) => unbase64(line.slice(name.length + 3)))
      .find((each) => inHex(each.slice(0, 4)) === id);
    if (!found) return false;
    let key;
    try {
      key = await crypto.subtle.importKey("raw", data.slice(1), { name: "Ed25519" }, false,
        ["verify"]);
    } catch {
      return null;
    }
    return crypto.subtle.verify({ name: "Ed25519" }, key, found.slice(4),
      bytesOf(checkpoint.signed));
  }

  async function leafHash({ kind, day, ref, commitment }) {
    unhex(ref, 16);
    unhex(commitment, 32);
    return sha256(bytesOf(`\0undersigned/1 ${kind} ${day}\n${ref}\n${commitment}\n`));
  }

  /* RFC 9162, 2.1.3.2 */
  async function isIncluded(leaf, position, checkpoint, hashes) {
    let [place, last, found] = [position, checkpoint.size - 1, leaf];
    if (place > last) return false;
    const half = (number) => Math.floor(number / 2);
    for (const other of hashes) {
      if (last === 0) return false;
      if (place % 2 || place === last) {
        found = await node(other, found);
        while (place && place % 2 === 0) [place, last] = [half(place), half(last)];
      } else {
        found = await node(found, other);
      }
      [place, last] = [half(place), half(last)];
    }
    return last === 0 && same(found, checkpoint.root);
  }

  async function rootOf(hashes) {
    if (!hashes.length) return sha256(new Uint8Array());
    let level = hashes;
    while (level.length > 1) {
      const next = [];
      for (let at = 0; at < level.length; at += 2) {
        next.push(at + 1 < level.length ? await node(level[at], level[at + 1]) : level[at]);
      }
      level = next;
    }
    return level[0];
  }

  const split = (data) =>
    Array.from({ length: data.length / 32 }, (_, at) => data.slice(at * 32, at * 32 + 32));

  /* The log that is published here, as far as a receipt needs it: false where what is loaded is not
     what the published checkpoint was made of. */
  async function compare(folder, published, checkpoint, position, leaf) {
    await site.load(`${folder}roots.js`);
    const roots = split(unbase64(site.tiles.roots));
    const tile = async (number) => {
      await site.load(`${folder}${number}.js`);
      const hashes = split(unbase64(site.tiles[number]));
      if (!same(await rootOf(hashes), roots[number])) throw new Broken("page_broken");
      return hashes;
    };
    if (!same(await rootOf(roots), published.root)) throw new Broken("page_broken");
    const its = (await tile(Math.floor(position / TILE)))[position % TILE];
    const whole = roots.slice(0, Math.floor(checkpoint.size / TILE));
    const rest = checkpoint.size % TILE;
    if (rest) whole.push(await rootOf((await tile(whole.length)).slice(0, rest)));
    return same(its, leaf) && same(await rootOf(whole), checkpoint.root);
  }

  const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  function codeOf(ref) {
    const bits = Array.from(unhex(ref), (b) => b.toString(2).padStart(8, "0")).join("");
    const code = Array.from({ length: 10 }, (_, at) =>
      BASE32[parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join("");
    return `${code.slice(0, 5)}-${code.slice(5)}`;
  }

  async function whatItSays({ body, salt, commitment }) {
    if (body === undefined || salt === undefined) return site.words.shut;
    const hash = await sha256(join(unhex(salt, 32), bytesOf(canonical(body))));
    if (inHex(hash) !== commitment) throw new Broken("body_changed");
    const form = Object.hasOwn(FORMS, body.state) ? FORMS[body.state] : null;
    const keys = Object.keys(body).filter((key) => key !== "except").sort().join(" ");
    if (keys !== form) throw new Broken("no_receipt");
    return site.say(body.state, { number: `#${body.number}`, name: `\u2068${body.name}\u2069` });
  }

  async function published(form, receipt, checkpoint, leaf) {
    const here = checkpointOf(form.dataset.checkpoint);
    if (here.signed === checkpoint.signed) return { text: site.words.same };
    if (here.size < checkpoint.size) return { text: site.words.newer, isOpen: true };
    try {
      const goesOn = await compare(form.dataset.tiles, here, checkpoint, receipt.position, leaf);
      if (!goesOn) throw new Broken("conflict");
    } catch (error) {
      if (error instanceof Broken) throw error;
      const failed = site.say("failed", { file: error.message });
      return { text: `${site.words.not_compared} ${failed}`, isOpen: true };
    }
    return { text: site.words.goes_on };
  }

  async function check(form, text, tell) {
    if (!text.trim()) throw new Broken("empty");
    const receipt = read(text);
    if (!window.crypto || !crypto.subtle) throw new Broken("no_cryptography");
    const { entry } = receipt;
    if (receipt.statement !== form.dataset.statement) {
      throw new Broken("other_statement", { name: `\u2068${receipt.statement}\u2069` });
    }
    if (receipt.vkey !== form.dataset.key) throw new Broken("other_key");
    const checkpoint = checkpointOf(receipt.checkpoint);
    if (checkpoint.origin !== `${receipt.vkey.split("+")[0]}/${receipt.statement}`) {
      throw new Broken("no_receipt");
    }
    const signed = await isSigned(checkpoint, receipt.vkey);
    if (signed === false) throw new Broken("not_signed");
    tell(signed ? site.words.signed : site.say("signature_unknown", { command: COMMAND }), !signed);
    const leaf = await leafHash(entry);
    const hashes = receipt.inclusion.map((each) => unhex(each, 32));
    if (entry.kind !== "record") throw new Broken("no_receipt");
    if (!await isIncluded(leaf, receipt.position, checkpoint, hashes)) {
      throw new Broken("not_included");
    }
    const { position } = receipt;
    tell(site.say("included", {
      position: site.number(position), size: site.number(checkpoint.size),
    }));
    tell(site.say("short_code", { code: `\u2066${codeOf(entry.ref)}\u2069` }));
    tell(await whatItSays(entry));
    const compared = await published(form, receipt, checkpoint, leaf);
    tell(compared.text, compared.isOpen);
  }

  /* Called when the form is sent (static/search.js). */
  site.check = async (form) => {
    const box = document.getElementById("receipt-text");
    const file = document.getElementById("receipt-file");
    const said = [];
    let verdict = "holds";
    try {
      if (file.files.length) {
        box.value = await file.files[0].text();
        file.value = "";
      }
      await check(form, box.value, (sentence, isOpen) => {
        said.push(sentence);
        if (isOpen) verdict = "partly";
      });
    } catch (error) {
      verdict = UNCHECKED.has(error.name) ? "unchecked" : "broken";
      said.unshift(error instanceof Broken ? error.message : site.words.no_receipt);
    }
    const title = document.createElement("h3");
    title.textContent = site.words[verdict];
    title.className = verdict;
    const list = document.createElement("ul");
    for (const sentence of said) {
      const item = document.createElement("li");
      item.textContent = sentence;
      list.append(item);
    }
    document.getElementById("verdict").replaceChildren(title, list);
  };
})();
