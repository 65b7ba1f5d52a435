// Every page of a statement, side by side as the platforms will show it.

import { buttons, draw, element } from "./drawing.js";

const find = (name) => document.getElementById(name);

let statements = [];
let cut = {};
let wanted = "";
const numbers = {};

export async function begin(state) {
  statements = await (await fetch("statements")).json();
  find("statement").replaceChildren(...statements.map(({ id, title }) => element("option", { value: id }, title)));
  find("statement").addEventListener("change", () => chosen(state));
  find("language").addEventListener("change", () => load(state));
  find("part").addEventListener("change", () => load(state));
  chosen(state);
}

function chosen(state) {
  const { languages = [] } = statements.find(({ id }) => id === find("statement").value) ?? {};
  find("language").replaceChildren(...languages.map((code) => element("option", { value: code }, state.nameOf(code))));
  load(state);
}

async function load(state) {
  const asked = new URLSearchParams({
    statement: find("statement").value, language: find("language").value, part: find("part").value,
  });
  wanted = asked.toString();
  const found = await (await fetch(`pages?${asked}`)).json();
  // Something else has been chosen meanwhile.
  if (wanted !== asked.toString()) return;
  cut = found;
  const sheets = document.querySelector(".sheets");
  sheets.replaceChildren(...Object.keys(cut).map((look) => element("section", { class: `sheet ${look}`, "data-look": look })));
  for (const look of Object.keys(cut)) turn(state, look, 0);
}

function turn(state, look, number) {
  const sheet = document.querySelector(`.sheet[data-look="${look}"]`);
  const { pages, limit, unit } = cut[look];
  const title = element("h3", {}, state.looks[look]);
  if (pages.length === 0) {
    sheet.replaceChildren(title, element("p", {}, "There is none."));
    return;
  }
  const focused = sheet.contains(document.activeElement) ? document.activeElement.getAttribute("data-way") : null;
  numbers[look] = Math.min(Math.max(number, 0), pages.length - 1);
  const page = pages[numbers[look]];
  const language = find("language").value;
  const meter = element("meter", { min: 0, max: limit, value: page.used, "aria-label": `How full the message is on ${state.looks[look]}` });
  const used = `${page.used.toLocaleString("en")} of ${limit.toLocaleString("en")} ${unit}`;
  const phone = { follow: () => false, say: () => {} };
  const to = (data) => turn(state, look, Number(data) - 1);
  const text = element("div", { class: "text", lang: language, dir: state.dirOf(language) }, draw(look, page, phone));
  const bubble = element("div", { class: "bubble bot" }, element("div", { class: "body" }, text));
  const below = buttons(look, page, phone, to);
  if (below) {
    below.setAttribute("lang", language);
    below.setAttribute("dir", state.dirOf(language));
    bubble.append(below);
  }
  sheet.replaceChildren(title, way("previous", "‹ Previous page", numbers[look] > 0, () => turn(state, look, numbers[look] - 1)),
    element("output", {}, `Page ${numbers[look] + 1} of ${pages.length}`),
    way("next", "Next page ›", numbers[look] + 1 < pages.length, () => turn(state, look, numbers[look] + 1)),
    element("p", { class: "used" }, meter, ` ${used}`), bubble);
  if (focused) sheet.querySelector(`[data-way="${focused}"]`).focus();
}

function way(name, label, isOpen, go) {
  const made = element("button", { type: "button", "data-way": name, "aria-disabled": String(!isOpen) }, label);
  made.addEventListener("click", () => isOpen && go());
  return made;
}
