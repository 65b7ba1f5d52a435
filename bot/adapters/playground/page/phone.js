// One phone: whose it is, what has been said in its chat, and what can be done there.

import { buttons, draw, element } from "./drawing.js";
import { save } from "./picture.js";

const TOAST_SECONDS = 6;
const NEAR = 40;

export class Phone {
  // `kind` is signer, group or admins; `ways.post` tells the server what somebody does, and
  // `ways.follow` opens a link that leads to the bot.
  constructor(root, kind, ways) {
    this.root = root;
    this.kind = kind;
    this.ways = ways;
    this.replyTo = null;
    root.append(document.getElementById("phone").content.cloneNode(true));
    const find = (name) => root.querySelector(name);
    this.who = find(".who");
    this.lang = find(".lang");
    this.log = find(".log");
    this.said = find(".said");
    this.menu = find(".menu");
    this.who.addEventListener("change", () => this.showAll());
    this.lang.addEventListener("change", () =>
      ways.post("speak", { who: this.person, language: this.lang.value }));
    find(".write").addEventListener("submit", (event) => this.submit(event));
    find(".begin").addEventListener("click", () => this.begin());
    find(".commands").addEventListener("click", () => this.toggleMenu());
    find(".replying button").addEventListener("click", () => this.reply(null));
    for (const name of [".presence", ".right"]) {
      find(name).addEventListener("click", ({ target }) => this.change(target.dataset.how));
    }
    find(".snap").addEventListener("click", () => save(root, this.state.languageOf(this.person).dir));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeMenu();
    });
  }

  get person() {
    return this.who.value.split("@")[0];
  }

  get where() {
    return this.kind === "signer" ? null : this.who.value.split("@")[1];
  }

  get chat() {
    return this.where ? `@${this.where}` : this.person;
  }

  // Everything anew: another person, another language, another look, or the beginning.
  show(state) {
    this.state = state;
    if (this.who.options.length === 0) this.cast();
    this.showAll();
  }

  cast() {
    const option = (value, text) => element("option", { value }, text);
    if (this.kind === "signer") {
      this.who.append(...this.state.signers.map((who) => option(who, named(who))));
    } else {
      for (const [group, { title, people }] of Object.entries(this.state.groups)) {
        if ((group === "admins") !== (this.kind === "admins")) continue;
        const found = Object.keys(people).map((who) => option(`${who}@${group}`, named(who)));
        this.who.append(this.kind === "admins" ? found[0] : element("optgroup", { label: title }, ...found));
        if (this.kind === "admins") this.who.append(...found.slice(1));
      }
    }
    this.lang.append(...this.state.languages.map(({ code, name }) => element("option", { value: code, lang: code }, name)));
  }

  showAll() {
    const { dir, code, words } = this.state.languageOf(this.person);
    const find = (name) => this.root.querySelector(name);
    this.lang.value = code;
    for (const each of [find(".title"), find(".foot")]) {
      each.setAttribute("dir", dir);
      each.setAttribute("lang", code);
    }
    const title = this.where ? this.state.groups[this.where].title : "Undersigned";
    find(".title h2").textContent = title;
    find(".face").textContent = title[0];
    this.log.setAttribute("aria-label", `${title}, on the phone of ${named(this.person)}`);
    this.said.setAttribute("aria-label", words.message);
    this.said.setAttribute("placeholder", words.message);
    find("[type=submit]").textContent = words.send;
    find(".replying button").textContent = words.cancel;
    find(".commands").textContent = words.menu;
    if (this.kind === "group") this.showStanding();
    this.reply(null);
    this.closeMenu();
    this.log.replaceChildren();
    for (const bubble of this.state.chat(this.chat).values()) this.put(bubble);
    this.offerBeginning();
    this.down();
  }

  // Who is in the group, and who administers it.
  showStanding() {
    for (const option of this.who.options) {
      const [who, group] = option.value.split("@");
      const { people, gone } = this.state.groups[group];
      option.text = named(who) + (gone.includes(who) ? " (left)" : people[who] ? "" : " (member)");
    }
    const { people, gone } = this.state.groups[this.where];
    const isGone = gone.includes(this.person);
    const offer = (name, how, text) => {
      const button = this.root.querySelector(name);
      button.dataset.how = how;
      button.textContent = text;
    };
    offer(".presence", isGone ? "join" : "leave", isGone ? "Come back" : "Leave the group");
    const administers = people[this.person];
    offer(".right", administers ? "demote" : "promote", administers ? "Administer it no more" : "Administer it");
    this.root.querySelector(".right").hidden = isGone;
    this.root.querySelector(".standing").hidden = false;
    this.root.querySelector(".foot").hidden = isGone;
  }

  change(how) {
    return this.ways.post("change", { who: this.person, where: this.where, how });
  }

  offerBeginning() {
    const { words } = this.state.languageOf(this.person);
    const begin = this.root.querySelector(".begin");
    const said = [...this.state.chat(this.chat).values()];
    // Cards come to the admins before anybody there has asked for any.
    begin.hidden = this.kind === "admins" ? said.some(({ who }) => who) : said.length > 0;
    begin.textContent = { signer: words.start, group: words.add, admins: words.desk }[this.kind];
  }

  begin() {
    if (this.kind === "group") this.change("add");
    else this.say(this.kind === "signer" ? "/start" : "/pending");
  }

  say(text) {
    this.ways.post("write", { who: this.person, where: this.where, text, reply_to: this.replyTo });
    this.reply(null);
  }

  submit(event) {
    event.preventDefault();
    const text = this.said.value.trim();
    if (text) this.say(text);
    this.said.value = "";
  }

  press(message, data) {
    this.ways.post("press", { who: this.person, where: this.where, message: Number(message), data });
  }

  follow(url) {
    return this.ways.follow(url, this);
  }

  reply(id) {
    this.replyTo = id === null ? null : Number(id);
    const bar = this.root.querySelector(".replying");
    bar.hidden = id === null;
    if (id === null) return;
    const bubble = this.log.querySelector(`[data-id="${id}"] .text`);
    bar.querySelector("span").textContent = bubble?.textContent.slice(0, 80) ?? "";
    this.said.focus();
  }

  // A new message, or an old one that has changed.
  put(bubble) {
    const made = this.drawn(bubble);
    const old = this.log.querySelector(`[data-id="${bubble.id}"]`);
    if (old === null) {
      this.log.append(made);
      return;
    }
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(made);
    if (focused) (sameIn(made, focused) ?? made.querySelector("[data-carries]") ?? this.log).focus();
  }

  heard(bubble) {
    if (bubble.chat !== this.chat) return;
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const isNew = this.log.querySelector(`[data-id="${bubble.id}"]`) === null;
    this.put(bubble);
    this.offerBeginning();
    // Who reads further up is left there when a message changes.
    if (isNew || scrollHeight - scrollTop - clientHeight < NEAR) this.down();
  }

  gone(chat, id) {
    if (chat === this.chat) this.log.querySelector(`[data-id="${id}"]`)?.remove();
  }

  notice(chat, text) {
    if (chat !== this.chat) return;
    const toast = this.root.querySelector(".toast");
    toast.textContent = text;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => toast.replaceChildren(), TOAST_SECONDS * 1000);
  }

  drawn(bubble) {
    const { words } = this.state.languageOf(this.person);
    const mine = bubble.who === this.person;
    const by = bubble.who ? named(bubble.who) : "Undersigned";
    const made = element("div", { class: `bubble ${mine ? "mine" : bubble.who ? "others" : "bot"}`, "data-id": bubble.id });
    const face = element("span", { class: "face", "aria-hidden": "true" }, by[0]);
    const name = element("span", { class: "by" }, by);
    const body = element("div", { class: "body" }, name);
    made.append(face, body);
    if (bubble.who) {
      body.append(element("p", { class: "text", dir: "auto" }, bubble.text));
      return made;
    }
    const { look } = this.state;
    const message = bubble.looks[look];
    body.append(element("div", { class: "text", lang: bubble.lang, dir: this.state.dirOf(bubble.lang) }, draw(look, message, this)));
    if (bubble.file) body.append(fileLink(bubble.file));
    const below = element("div", { class: "below" });
    if (bubble.edited) below.append(element("span", { class: "edited" }, words.edited));
    const reply = element("button", { type: "button", class: "reply" }, words.reply);
    reply.addEventListener("click", () => this.reply(bubble.id));
    below.append(reply);
    body.append(below);
    const pressed = buttons(look, message, this, (data) => this.press(bubble.id, data));
    if (pressed) {
      pressed.setAttribute("lang", bubble.lang);
      pressed.setAttribute("dir", this.state.dirOf(bubble.lang));
      made.append(pressed);
    }
    return made;
  }

  toggleMenu() {
    if (!this.menu.hidden) {
      this.closeMenu();
      return;
    }
    const place = { signer: "private", group: "group", admins: "admin" }[this.kind];
    const listed = this.state.menus[this.state.spoken[this.person]]?.[place] ?? [];
    this.menu.replaceChildren(...listed.map(([name, summary]) => {
      const made = element("button", { type: "button" }, element("b", { dir: "ltr" }, `/${name.split(" ")[0]}`), ` ${summary}`);
      made.addEventListener("click", () => {
        this.closeMenu();
        this.say(`/${name.split(" ")[0]}`);
        this.said.focus();
      });
      return made;
    }));
    this.menu.hidden = false;
    this.root.querySelector(".commands").setAttribute("aria-expanded", "true");
    this.menu.firstElementChild?.focus();
  }

  closeMenu() {
    if (this.menu.contains(document.activeElement)) this.root.querySelector(".commands").focus();
    this.menu.hidden = true;
    this.root.querySelector(".commands").setAttribute("aria-expanded", "false");
  }

  down() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

export function named(who) {
  return who[0].toUpperCase() + who.slice(1);
}

function sameIn(made, focused) {
  const carries = focused.dataset.carries;
  if (carries === undefined) return made.querySelector(`.${focused.className}`);
  const all = [...made.querySelectorAll("[data-carries]")];
  return all.find((each) => each.textContent === focused.textContent) ?? null;
}

function fileLink({ key, name, size }) {
  return element("a", { class: "file", href: `file/${encodeURIComponent(key)}`, download: name },
    "📄 ", element("bdi", {}, name), ` · ${size < 1024 ? `${size} B` : `${Math.round(size / 1024)} kB`}`);
}
