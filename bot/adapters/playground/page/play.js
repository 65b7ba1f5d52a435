// The page: three phones on one stream of what happens.

import { element } from "./drawing.js";
import { begin } from "./pages.js";
import { Phone } from "./phone.js";

const LOST = "The program has ended or cannot be reached. Start it again, and open the address that it prints.";
const status = document.getElementById("status");

const state = {
  look: "telegram",
  chats: new Map(),
  chat(name) {
    if (!this.chats.has(name)) this.chats.set(name, new Map());
    return this.chats.get(name);
  },
  languageOf(who) {
    return this.languages.find(({ code }) => code === this.spoken[who]) ?? this.languages[0];
  },
  dirOf(language) {
    const known = this.languages.find(({ code }) => code === language);
    if (known) return known.dir;
    const { textInfo, getTextInfo } = new Intl.Locale(language);
    return (textInfo ?? getTextInfo?.call(new Intl.Locale(language)))?.direction ?? "auto";
  },
  nameOf(language) {
    return this.languages.find(({ code }) => code === language)?.name
      ?? new Intl.DisplayNames(["en"], { type: "language" }).of(language);
  },
};

// One after the other, as people do things.
let last = Promise.resolve();
function post(path, deed) {
  last = last.then(async () => {
    try {
      const answer = await fetch(path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(deed),
      });
      status.textContent = answer.ok ? "" : await answer.text();
    } catch {
      status.textContent = LOST;
    }
  });
  return last;
}

// A link that opens the bot opens it on the first phone, or brings it into the group.
function follow(url, from) {
  const { origin, searchParams } = new URL(url, location.href);
  if (origin !== location.origin) return false;
  if (searchParams.has("startgroup")) {
    choose("group");
    phones.group.change("add");
  } else if (searchParams.has("start")) {
    choose("signer");
    const { signer } = phones;
    if (from.kind !== "signer") status.textContent = `On the phone of ${signer.who.selectedOptions[0].text}.`;
    signer.say(`/start ${searchParams.get("start")}`);
  }
  return true;
}

const phones = Object.fromEntries(["signer", "group", "admins"].map((kind) =>
  [kind, new Phone(document.getElementById(kind), kind, { post, follow })]));
const everyPhone = Object.values(phones);

function hear(told) {
  if (told.kind === "all") {
    const { bubbles, ...rest } = told;
    Object.assign(state, rest);
    state.chats.clear();
    for (const bubble of bubbles) state.chat(bubble.chat).set(bubble.id, bubble);
    offerLooks();
    for (const phone of everyPhone) phone.show(state);
  } else if (told.kind === "bubble") {
    state.chat(told.bubble.chat).set(told.bubble.id, told.bubble);
    for (const phone of everyPhone) phone.heard(told.bubble);
  } else if (told.kind === "gone") {
    state.chat(told.chat).delete(told.id);
    for (const phone of everyPhone) phone.gone(told.chat, told.id);
  } else if (told.kind === "notice") {
    for (const phone of everyPhone) phone.notice(told.chat, told.text);
  }
}

function offerLooks() {
  const fieldset = document.querySelector(".looks");
  if (fieldset.querySelector("input")) return;
  for (const [name, label] of Object.entries(state.looks)) {
    const radio = element("input", { type: "radio", name: "look", value: name, checked: name === state.look && "checked" });
    radio.addEventListener("change", () => {
      document.querySelector(".phones").classList.replace(state.look, name);
      state.look = name;
      for (const phone of everyPhone) phone.showAll();
    });
    fieldset.append(element("label", {}, radio, ` ${label}`));
  }
}

const tabs = [...document.querySelectorAll("[role=tab]")];
function choose(kind) {
  for (const tab of tabs) {
    const isIt = tab.getAttribute("aria-controls") === kind;
    tab.setAttribute("aria-selected", String(isIt));
    tab.tabIndex = isIt ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("current", isIt);
  }
  phones[kind].down();
}
for (const [at, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step === undefined) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    choose(next.getAttribute("aria-controls"));
    next.focus();
  });
}
for (const button of document.querySelectorAll("[data-minutes]")) {
  button.addEventListener("click", async () => {
    await post("wait", { minutes: Number(button.dataset.minutes) });
    if (status.textContent === "") status.textContent = `It is ${button.textContent}.`;
  });
}

const events = new EventSource("events");
let hasBegun = false;
events.addEventListener("message", ({ data }) => {
  hear(JSON.parse(data));
  if (status.textContent === LOST) status.textContent = "";
  if (!hasBegun) begin(state);
  hasBegun = true;
});
events.addEventListener("error", () => {
  status.textContent = LOST;
});
