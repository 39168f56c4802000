// The local page: the list of a run's documents, and the one that is open. Everything is shown by textContent.
import { element } from "./elements.js";
import { mosaic } from "./mosaic.js";
import { mount } from "./review.js";
import { WORDS } from "./words.js";

const root = document.getElementById("page");
let documents = [];
let opened = null;
let lang = "zh";
const filter = { verdict: "needs-review", agency: "" };
const say = (key) => WORDS[key][lang];

async function call(message) {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message) };
  const answer = await fetch("call", asked).catch(() => { throw new Error(say("gone")); });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

function show(...parts) {
  opened?.close();
  opened = null;
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
  root.replaceChildren(...parts);
}

function button(text, go) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", go);
  return made;
}

// What takes a while, and can fail: nobody is left waiting for it.
async function tried(go, back) {
  show(element("p", { class: "gk wait", role: "status" }, say("opening")));
  try {
    await go();
  } catch (error) {
    show(element("div", { class: "gk failed" }, element("p", { role: "alert" }, error.message), button(say("back"), back)));
    root.querySelector("button").focus();
  }
}

// --- the list

const shown = () => documents.filter((one) => (!filter.verdict || one.verdict === filter.verdict) && (!filter.agency || one.agency === filter.agency));

function choice(label, values, value, change) {
  const select = element("select", { "aria-label": label }, ...values.map(([key, text]) => element("option", { value: key }, text)));
  select.value = value;
  select.addEventListener("change", () => { change(select.value); list(); });
  return element("label", {}, label, " ", select);
}

function list() {
  const agencies = [...new Set(documents.map((one) => one.agency).filter(Boolean))].sort();
  const verdicts = new Map(documents.map((one) => [one.verdict, one.verdict_name[lang]]));
  const rows = shown().map((one, place) => {
    const row = element("tr", { tabindex: place ? "-1" : "0", "data-index": String(one.index) },
      element("td", {}, one.place === "." ? one.name : one.place), element("td", {}, one.agency),
      element("td", {}, one.year === null ? "" : String(one.year)), element("td", {}, one.verdict_name[lang]),
      element("td", { class: "n" }, String(one.flagged)), element("td", { class: "n" }, String(one.failing)));
    const go = () => open(one.index);
    row.addEventListener("click", go);
    row.addEventListener("keydown", (event) => {
      if (event.key === "g") groups();
      else if (event.key === "Enter") go();
      else if (event.key === "ArrowDown") row.nextElementSibling?.focus();
      else if (event.key === "ArrowUp") row.previousElementSibling?.focus();
      else return;
      event.preventDefault();
    });
    return row;
  });
  const columns = ["document", "agency", "year", "verdict", "flagged", "failing"];
  show(element("section", { class: "gk gk-list" },
    element("header", {}, element("h1", {}, say("documents")),
      choice(say("verdict"), [["", say("all")], ...verdicts], filter.verdict, (one) => { filter.verdict = one; }),
      choice(say("agency"), [["", say("all")], ...agencies.map((one) => [one, one])], filter.agency, (one) => { filter.agency = one; }),
      documents.length ? button(say("groups"), () => groups()) : "",
      button(lang === "zh" ? "English" : "中文", () => { lang = lang === "zh" ? "en" : "zh"; list(); })),
    rows.length ? element("table", {},
      element("thead", {}, element("tr", {}, ...columns.map((key) => element("th", { scope: "col", class: ["flagged", "failing"].includes(key) ? "n" : null }, say(key))))),
      element("tbody", {}, ...rows)) : element("p", { class: "empty" }, say(documents.length ? "none_left" : "no_documents"))));
  (root.querySelector("tbody tr") ?? root.querySelector("select")).focus();
}

function relist() {
  return tried(async () => {
    documents = (await call({ op: "documents" })).documents;
    if (!shown().length) filter.verdict = "";
    list();
  }, relist);
}

// --- a document, and groups of cells

function spoken(now) {
  lang = now;
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
}

// All documents' cells in groups; `kept` is where somebody was there.
function groups(kept) {
  return tried(() => mosaic(root, {
    call,
    crop: (tile) => `crop/${tile.key}/${tile.place}-${tile.of}.png`,
    lang,
    spoken,
    back: relist,
    open: (index, cell, at) => open(index, cell, () => groups(at)),
  }, kept), relist);
}

function open(index, cell = null, back = relist) {
  return tried(async () => {
    const asked = { document: index, report: documents[index].number };
    const answer = await call({ ...asked, op: "state" });
    if (!answer.state) throw new Error(answer.error);
    const home = element("div", {});
    show(home);
    opened = mount(home, {
      call: (message) => call({ ...asked, ...message }),
      picture: async (page, revision) => `page/${index}/${page}.png?${revision}`,
      autosave: true,
      lang,
      spoken,
      cell,
      back,
    }, answer.state);
  }, back);
}

relist();
