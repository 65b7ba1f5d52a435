/* Finds names. What is typed is folded as the bot folds it (static/folding.js has its tables), and
   the file of names is loaded that has all with a word that begins so. */
(() => {
  "use strict";
  const site = window.undersigned;
  const MOST = 50;
  const tables = site.folding;
  const words = site.words;
  const UNSPACED = new RegExp(`[${tables.unspaced}]`, "u");
  const WORD = new RegExp(`[${tables.unspaced}]+|[^\\s${tables.unspaced}]+`, "gu");
  const MARKS = new RegExp(`[${tables.marks}]`, "gu");
  const APOSTROPHES = new RegExp(`[${tables.apostrophes}]`, "gu");
  const ELISION = new RegExp(`(^|[^\\p{L}\\p{N}_])(${tables.elided})'(?=[\\p{L}\\p{N}_])`, "giu");

  function digit(character) {
    let zero = character.codePointAt(0);
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && character.codePointAt(0) - zero < 9) {
      zero -= 1;
    }
    return String(character.codePointAt(0) - zero);
  }

  function letter(character) {
    const known = tables.letters[character];
    if (known !== undefined) return known;
    if (/\p{Nd}/u.test(character)) return digit(character);
    if (/\p{Cf}/u.test(character)) return "";
    return /[\p{L}\p{M}\p{N}]/u.test(character) ? character : " ";
  }

  /* Unicode folds the case of Cherokee to capitals. */
  const lower = (text) => (/[\u13a0-\u13fd\uab70-\uabbf]/.test(text) ? text.toUpperCase()
    : text.toUpperCase().toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ"));

  function folded(character) {
    if (character === "'") return "";
    const plain = lower(lower(character).normalize("NFKD")).replace(MARKS, "");
    return Array.from(plain, letter).join("").normalize("NFC");
  }

  site.fold = (text) => {
    let apart = text.replace(APOSTROPHES, "'").normalize("NFKC").replace(APOSTROPHES, "'");
    for (let before = ""; before !== apart; ) {
      before = apart;
      apart = apart.replace(ELISION, "$1$2 ");
    }
    return Array.from(apart, folded).join("").split(/\s+/u).filter(Boolean).join(" ");
  };

  const wordsOf = (text) => site.fold(text).match(WORD) || [];

  /* One letter is too little to be the beginning of a word: it is looked for as a whole one. */
  function has(name, word) {
    const each = wordsOf(name);
    if (UNSPACED.test(word)) return each.some((one) => one.includes(word));
    return each.some((one) => (Array.from(word).length > 1 ? one.startsWith(word) : one === word));
  }

  const fileName = (leaf) =>
    Array.from(leaf, (c) => c.codePointAt(0).toString(16)).join("-") || "all";

  const loading = new Map();
  site.load = (file) => {
    if (!loading.has(file)) {
      loading.set(file, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = file;
        script.addEventListener("load", () => resolve());
        script.addEventListener("error", () => {
          loading.delete(file);
          script.remove();
          reject(new Error(file));
        });
        document.head.append(script);
      }));
    }
    return loading.get(file);
  };

  site.say = (name, values) =>
    (words[name] || name).replace(/\{(\w+)\}/g, (whole, field) =>
      values && field in values ? values[field] : whole);

  site.number = (count) =>
    new Intl.NumberFormat(site.language, { numberingSystem: "latn" }).format(count);

  /* The file in which all names with that word are; `part`: only those where it is a whole word. */
  function leafOf(word, leaves) {
    const letters = Array.from(word);
    for (let length = 0; length <= letters.length; length += 1) {
      const leaf = letters.slice(0, length).join("");
      if (leaves.has(leaf)) return { leaf, part: false };
    }
    return leaves.has(word + "$") ? { leaf: word + "$", part: true }
      : { leaf: null, part: site.leaves.some((each) => each.startsWith(word)) };
  }

  async function look(folder, typed) {
    const asked = wordsOf(typed).sort((a, b) => b.length - a.length);
    const isShort = (word) => Array.from(word).length < 2 && !UNSPACED.test(word);
    if (asked.every(isShort)) return null;
    await site.load(`${folder}leaves.js`);
    const { leaf, part } = leafOf(asked[0], new Set(site.leaves));
    if (leaf === null) return { found: [], part };
    await site.load(`${folder}${fileName(leaf)}.js`);
    return { found: site.names[leaf].filter((row) => asked.every((w) => has(row[0], w))), part };
  }

  function beside(item, kind, text, mark) {
    if (!text) return;
    const span = document.createElement("span");
    const inner = document.createElement("bdi");
    inner.textContent = text;
    span.className = kind;
    span.append(inner, mark || "");
    item.append(" ", span);
  }

  function line([name, isOrganisation, country, affiliation, place, excepts, isEarlier, agreed, of,
    isPaper]) {
    const item = document.createElement("li");
    const shown = document.createElement("bdi");
    shown.textContent = name;
    item.append(shown);
    const known = country && document.querySelector(
      `#countries a[href$="/country-${country.toLowerCase()}.html"]`);
    beside(item, "affiliation", affiliation, "*");
    beside(item, "where", known ? known.textContent : country || place);
    beside(item, "where", isOrganisation ? words.organisation : "");
    beside(item, "where", isEarlier ? words.earlier : "");
    beside(item, "where", isPaper ? words.paper : "");
    beside(item, "where", excepts ? site.say("excepts", { numbers: excepts }) : "");
    beside(item, "where", agreed ? site.say("agreed", { count: agreed, of }) : "");
    return item;
  }

  function result(answer) {
    if (answer === null) return words.short;
    const { found, part } = answer;
    const values = { count: site.number(found.length), shown: site.number(MOST) };
    const sentence = found.length > MOST ? site.say("found_more", values)
      : found.length ? site.say("found", values) : part ? "" : words.nothing;
    return [sentence, part ? words.longer : ""].filter(Boolean).join(" ");
  }

  /* The check of receipts is for few people: its script is loaded when somebody turns to it. */
  const receipts = document.getElementById("check");
  if (receipts) {
    receipts.hidden = false;
    receipts.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await site.load(receipts.dataset.script);
        await site.check(receipts);
      } catch (error) {
        document.getElementById("verdict").textContent = site.say("failed", { file: error.message });
      }
    });
  }

  const form = document.getElementById("search");
  if (!form) return;
  const hits = document.getElementById("hits");
  const said = document.getElementById("found");
  let latest = 0;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const mine = (latest += 1);
    let answer = null;
    let sentence;
    said.textContent = words.searching;
    try {
      answer = await look(form.dataset.files, document.getElementById("find").value);
      sentence = result(answer);
    } catch (error) {
      sentence = site.say("failed", { file: error.message });
    }
    if (mine !== latest) return;
    const rows = answer ? answer.found.slice(0, MOST) : [];
    hits.replaceChildren(...rows.map(line));
    hits.hidden = rows.length === 0;
    document.getElementById("affiliations").hidden = !rows.some((row) => row[3]);
    said.textContent = sentence;
  });
})();
