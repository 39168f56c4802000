// The bar above a document: what it is, what is left to do, what was done, and the keys.
import { button, element } from "./elements.js";
import { KEYS } from "./words.js";

export function barView(desk) {
  const bar = element("header", {});
  return { element: bar, show: () => bar.replaceChildren(...barParts(desk)) };
}

function barParts(desk) {
  const { state, link, lang } = desk;
  const does = (key, go, disabled, n) => button({ "data-do": key, disabled: disabled ? "" : null }, () => { go(); desk.root.focus(); }, desk.say(key, n));
  const speak = () => { desk.lang = desk.lang === "zh" ? "en" : "zh"; link.spoken?.(desk.lang); desk.render(); };
  const language = button({ "data-do": "language" }, () => { speak(); desk.root.focus(); }, lang === "zh" ? "English" : "中文");
  desk.root.lang = lang === "zh" ? "zh-Hans" : "en";
  const one = state.document;
  const left = desk.flagged().length;
  const unsaved = state.dirty || desk.lost;
  return [
    ...(link.back ? [does("back", link.back)] : []),
    element("b", { class: "name" }, one.of > 1 ? `${one.name} (${one.number}/${one.of})` : one.name),
    element("span", {}, [one.agency, one.year].filter(Boolean).join(" ")),
    element("span", { class: "left", "data-left": String(left) }, left ? desk.say("left", left) : desk.say("done")),
    does("undo", () => desk.change({ op: "undo" }), !state.can_undo),
    does("redo", () => desk.change({ op: "redo" }), !state.can_redo),
    does("save", () => desk.change({ op: "save" }), !state.dirty),
    element("span", { class: "how", role: "status", "data-pending": String(desk.pending), "data-dirty": String(unsaved) },
      desk.pending ? desk.say("working") : unsaved ? desk.say("unsaved") : desk.say("saved")),
    language,
    ...(state.edits.length ? [does("edits", () => toggleEdits(desk), false, state.edits.length)] : []),
    does("keys", () => toggleHelp(desk)),
    ...(desk.told ? [element("p", { class: "told", role: "alert" }, desk.told)] : []),
    ...(desk.listed && state.edits.length ? [element("ol", { class: "edits" }, ...state.edits.map((edit, at) => edited(desk, edit, at)))] : []),
    ...(desk.help ? [
      element("dl", { class: "help" }, ...KEYS.flatMap(([k, zh, en]) => [element("dt", {}, k), element("dd", {}, lang === "zh" ? zh : en)])),
      element("p", { class: "legend" }, desk.say("legend"), ...state.legend.map((status) => element("span", { class: `chip s-${status.status}` }, `${status.mark} ${status[lang]}`))),
    ] : []),
  ];
}

export function toggleHelp(desk) { desk.help = !desk.help; desk.views.bar.show(); }

export function toggleEdits(desk) { desk.listed = !desk.listed; desk.views.bar.show(); }

// A correction, and the button that takes it out; `at` is its place among them.
function edited(desk, one, at) {
  const takeOut = () => { desk.change({ op: "take-out", at, revision: desk.state.revision }); desk.root.focus(); };
  return element("li", { class: one.applied ? "" : "misfit" }, button({ "data-out": String(at) }, takeOut, desk.say("take_out")), " ",
    one.applied ? "" : element("b", {}, desk.say("misfit"), one.cause[desk.lang], " · "),
    `${one.words[desk.lang]} · ${one.who} ${one.when.slice(0, 10)}`, one.why ? ` · ${one.why}` : "");
}
