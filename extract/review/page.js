// The local page: the list of a run's documents, and the one that is open. Everything is shown by textContent.
import { mosaic } from "./mosaic.js";
import { element, mount, WORDS } from "./review.js";

const root = document.getElementById("page");
let documents = [];
let opened = null;
let lang = "zh";
const filter = { verdict: "needs-review", agency: "" };

async function call(message) {
  const answer = await fetch("call", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

function shown() {
  return documents.filter(
    (one) => (!filter.verdict || one.verdict === filter.verdict) && (!filter.agency || one.agency === filter.agency));
}

function choice(label, values, value, change) {
  const select = element("select", { "aria-label": label });
  for (const [key, text] of values) select.append(element("option", { value: key }, text));
  select.value = value;
  select.addEventListener("change", () => change(select.value));
  return element("label", {}, label, " ", select);
}

function list() {
  opened = null;
  const say = (key) => WORDS[key][lang];
  const agencies = [...new Set(documents.map((one) => one.agency).filter(Boolean))].sort();
  const verdicts = [...new Set(documents.map((one) => one.verdict))];
  const rows = shown().map((one) => {
    const row = element("tr", { tabindex: "0", "data-index": String(one.index) },
      element("td", {}, one.place === "." ? one.name : one.place), element("td", {}, one.agency),
      element("td", {}, one.year === null ? "" : String(one.year)), element("td", {}, one.verdict),
      element("td", { class: "n" }, String(one.flagged)), element("td", { class: "n" }, String(one.failing)));
    const go = () => open(one.index);
    row.addEventListener("click", go);
    row.addEventListener("keydown", (event) => {
      if (event.key === "g") groups();
      if (event.key === "Enter") { event.preventDefault(); go(); }
      if (event.key === "ArrowDown") row.nextElementSibling?.focus();
      if (event.key === "ArrowUp") row.previousElementSibling?.focus();
    });
    return row;
  });
  root.replaceChildren(element("section", { class: "gk gk-list" },
    element("header", {}, element("h1", {}, say("documents")),
      choice(say("verdict"), [["", say("all")], ...verdicts.map((v) => [v, v])], filter.verdict, (v) => { filter.verdict = v; list(); }),
      choice(say("agency"), [["", say("all")], ...agencies.map((a) => [a, a])], filter.agency, (v) => { filter.agency = v; list(); }),
      documents.length ? button(say("groups"), () => groups()) : "",
      button(lang === "zh" ? "English" : "中文", () => { lang = lang === "zh" ? "en" : "zh"; list(); })),
    rows.length ? element("table", {},
      element("thead", {}, element("tr", {}, ...["document", "agency", "year", "verdict", "flagged", "failing"].map((k) => element("th", {}, say(k))))),
      element("tbody", {}, ...rows)) : element("p", { class: "empty" }, say(documents.length ? "none_left" : "no_documents"))));
  (root.querySelector("tbody tr") ?? root).focus();
}

function button(text, go) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", go);
  return made;
}

// All documents' cells in groups; `kept` is where somebody was there.
function groups(kept) {
  opened = null;
  root.replaceChildren(element("p", { class: "gk wait" }, WORDS.opening[lang]));
  return mosaic(root, {
    call,
    crop: (tile) => `crop/${tile.key}/${tile.place}-${tile.of}.png`,
    lang,
    back: relist,
    open: (index, cell, at) => open(index, cell, () => groups(at)),
  }, kept);
}

async function relist() {
  documents = (await call({ op: "documents" })).documents;
  list();
}

async function open(index, cell = null, back = relist) {
  const one = documents[index];
  root.replaceChildren(element("p", { class: "gk wait" }, WORDS.opening[lang]));
  const asked = { document: index, report: one.number };
  const answer = await call({ ...asked, op: "state" });
  if (!answer.state) {
    root.replaceChildren(element("div", { class: "gk failed" }, element("p", { role: "alert" }, answer.error),
      button(WORDS.back[lang], back)));
    root.querySelector("button").focus();
    return;
  }
  const home = element("div", {});
  root.replaceChildren(home);
  opened = mount(home, {
    call: (message) => call({ ...asked, ...message }),
    picture: async (page, revision) => `page/${index}/${page}.png?${revision}`,
    autosave: true,
    lang,
    cell,
    back,
    next: () => {
      const left = shown().filter((other) => other.index !== index && other.flagged);
      if (left.length) open(left[0].index);
    },
  }, answer.state);
}

try {
  documents = (await call({ op: "documents" })).documents;
  if (!shown().length) filter.verdict = "";
  list();
} catch (error) {
  root.replaceChildren(element("p", { class: "gk failed", role: "alert" }, String(error)));
}
