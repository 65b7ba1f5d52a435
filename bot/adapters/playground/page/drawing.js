// Messages as the platforms' clients draw them. Nothing is ever parsed into the page: each element
// is made here, from a short list.

const ENTITIES = {
  bold: "strong", italic: "em", strikethrough: "s", code: "code", pre: "pre",
  text_link: "a", blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const TAGS = new Set(["STRONG", "EM", "DEL", "CODE", "PRE", "BLOCKQUOTE", "BR"]);
// What clients make a link of by themselves: an address, and on Telegram a command.
const ADDRESS = /https?:\/\/[^\s\u2066-\u2069<>]*[^\s\u2066-\u2069<>.,;:!?)]/;
const COMMAND = /(?<![\w/])\/[a-z_]{2,32}(?![\w/])/;

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function draw(look, message, phone) {
  return look === "telegram" ? telegram(message, phone) : matrix(message, phone);
}

function link(url, phone) {
  const made = element("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
  made.addEventListener("click", (event) => {
    if (phone.follow(url)) event.preventDefault();
  });
  return made;
}

function words(text, phone, commands) {
  const wanted = new RegExp(commands ? `${ADDRESS.source}|${COMMAND.source}` : ADDRESS.source, "g");
  const found = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(wanted)) {
    found.append(text.slice(at, match.index));
    at = match.index + match[0].length;
    found.append(match[0].startsWith("/") ? command(match[0], phone) : named(link(match[0], phone), match[0]));
  }
  found.append(text.slice(at));
  return found;
}

function named(made, text) {
  made.append(text);
  return made;
}

function command(text, phone) {
  const made = element("button", { type: "button", class: "command", dir: "ltr" }, text);
  made.addEventListener("click", () => phone.say(text));
  return made;
}

// Entities nest and never cross; offsets are UTF-16 units, as in a string here.
function telegram({ text, entities = [] }, phone) {
  let next = 0;
  function inside(start, end, plain) {
    const found = document.createDocumentFragment();
    let at = start;
    while (next < entities.length && entities[next].offset < end) {
      const { type, offset, length, url } = entities[next];
      next += 1;
      found.append(words(text.slice(at, offset), phone, !plain));
      const made = type === "text_link" ? link(url, phone) : element(ENTITIES[type]);
      made.append(inside(offset, offset + length, plain || ["code", "pre", "text_link"].includes(type)));
      found.append(type === "expandable_blockquote" ? folded(made) : made);
      at = offset + length;
    }
    found.append(plain ? text.slice(at, end) : words(text.slice(at, end), phone, true));
    return found;
  }
  return inside(0, text.length, false);
}

function folded(quote) {
  const more = element("button", { type: "button", class: "more", "aria-expanded": "false" }, "⌄");
  more.setAttribute("aria-label", "Show the whole quote");
  quote.classList.add("folded");
  more.addEventListener("click", () => {
    const open = quote.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!open));
  });
  quote.append(more);
  return quote;
}

// As Element does: the HTML is read apart from the page, and what it may hold is made anew.
function matrix(content, phone) {
  if (!content.formatted_body) return words(content.body, phone, false);
  const read = new DOMParser().parseFromString(content.formatted_body, "text/html");
  function copy(node, plain) {
    if (node.nodeType === Node.TEXT_NODE) return plain ? node.data : words(node.data, phone, false);
    const isLink = node.tagName === "A" && /^(https?|mailto|matrix):/.test(node.getAttribute("href") ?? "");
    const made = isLink
      ? link(node.getAttribute("href"), phone)
      : TAGS.has(node.tagName)
        ? element(node.tagName.toLowerCase())
        : document.createDocumentFragment();
    const below = plain || isLink || node.tagName === "CODE" || node.tagName === "PRE";
    for (const child of node.childNodes) made.append(copy(child, below));
    return made;
  }
  return copy(read.body, false);
}

// The buttons under a message: a keyboard, or the reactions that are pressed.
export function buttons(look, message, phone, press) {
  if (look !== "telegram") {
    const signs = message.reactions ?? [];
    return signs.length === 0 ? null : element("div", { class: "reactions" }, ...signs.map((sign) => {
      const made = element("button", { type: "button", title: sign.label, "data-carries": sign.data });
      made.setAttribute("aria-label", `${sign.key} ${sign.label}`);
      made.append(sign.key, element("span", {}, "1"));
      made.addEventListener("click", () => press(sign.data));
      return made;
    }));
  }
  const rows = message.reply_markup?.inline_keyboard ?? [];
  return rows.length === 0 ? null : element("div", { class: "keyboard" }, ...rows.map((row) =>
    element("div", { class: "row" }, ...row.map((button) => {
      if (button.url) return named(link(button.url, phone), `${button.text} ↗`);
      const made = element("button", { type: "button", "data-carries": button.callback_data }, button.text);
      made.addEventListener("click", () => press(button.callback_data));
      return made;
    }))));
}
