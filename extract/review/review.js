// One document under correction: the page with its grid, the table as printed, the cell in question, the sums.
// Used by the local page and, by widget.js, in notebooks. Text of a document is shown by textContent.
import { drawn, element } from "./elements.js";
import { balance, exact, written } from "./sums.js";
import { KEYS, WORDS } from "./words.js";

const LATE = 15_000; // milliseconds after which somebody who waits is told so
const AIR = 6; // points around a cell that its picture shows, too
const NUDGE = 5; // points by which arrows move a box on the page

// A label as one line: where it was broken is of the page, and Chinese has no spaces.
const joined = (text) => text.replace(/(\w)\s*\n\s*(?=\w)/g, "$1 ").replace(/\s*\n\s*/g, "");

// Shows a document in `home`. `link` asks (`call`, `picture`), and says how things are here: `lang`, `autosave`, `cell` to
// begin with, `back` to leave, `spoken` to hear of another language.
export function mount(home, link, first) {
  let state = first;
  let lang = link.lang ?? "zh";
  let selected = null;      // id of a cell
  let printed = null;       // [grid, unit row, unit column] of the printed cell under the cursor
  let anchor = null;        // where a selection of printed cells began
  let typed = null;         // what is being typed; null while picking
  let picked = null;        // the candidate that was picked for the cell in hand
  let region = null;        // {box, grid} where a table is being drawn; box null before
  let leaf = null;          // page that was turned to; null for that of the cell in hand
  let line = null;          // {grid, axis, index, at} of the line in hand
  let zoom = null;          // pixels per point, where somebody zoomed; else the page is as wide as its half
  let scale = 1;            // pixels per point as shown
  let shownPage = null;
  let shownRevision = null;
  let tabled = [null, null, []];  // the cells and language that the tables were drawn for; their printed cells with what shows them
  let overlaid = [null, null, []];  // the same of the page, by its number
  const pictures = new Map();
  let queue = Promise.resolve();
  let pending = 0;
  let told = "";
  let lost = false;         // whether the last that was asked may not have been done
  let help = false;
  let listed = state.edits.some((one) => !one.applied);
  const ahead = new Map();  // values that were confirmed and are not answered yet, by cell
  const ended = new AbortController();

  const say = (key, n) => WORDS[key][lang].replace("{n}", () => n);
  const cells = () => new Map(state.cells.map((cell) => [cell.id, ahead.has(cell.id)
    ? { ...cell, value: ahead.get(cell.id), text: ahead.get(cell.id) ?? "", status: "corrected", flagged: false } : cell]));
  const flagged = () => state.queue.filter((id) => !ahead.has(id));
  const title = (table) => state.tables.find((one) => one.table === table)?.title[lang] ?? table;
  const gridTitle = (grid) => state.forms.find((one) => one.grid === grid)?.tables.map(title).join(lang === "zh" ? "、" : ", ") ?? grid;
  let byId = cells();

  const root = element("section", { class: "gk gk-review", tabindex: "0", "aria-label": "gongkai", "data-lm-suppress-shortcuts": "true" });
  const bar = element("header", {});
  const viewer = element("div", { class: "viewer" });
  const sheet = element("div", { class: "sheet" });
  const side = element("div", { class: "side" });
  const focus = element("div", { class: "focus" });
  const tables = element("div", { class: "tables" });
  viewer.append(sheet);
  side.append(focus, tables);
  root.append(bar, element("div", { class: state.pages.length ? "halves" : "halves pageless" }, viewer, side));
  home.replaceChildren(root);

  for (const one of state.legend) root.style.setProperty(`--${one.status}`, one.colour.join(","));

  // --- asking ---

  // One after the other, so that what was typed is done in its order; keys are answered before.
  function ask(message, about = "") {
    pending += 1;
    showBar();
    queue = queue.then(async () => {
      const late = setTimeout(() => { told = say("late"); showBar(); }, LATE);
      try {
        const answer = await link.call({ ...message, save: link.autosave === true });
        told = answer.error ? about + (lang === "zh" ? answer.error_zh ?? answer.error : answer.error) : "";
        lost = !answer.state;
        if (answer.state) state = answer.state;
      } catch (error) {
        told = about + error.message;
        lost = true;
      }
      clearTimeout(late);
      pending -= 1;
    });
    return queue;
  }

  // What came back is shown; the place in hand stays, as far as it is still there.
  function arrived() {
    byId = cells();
    if (selected && !byId.has(selected)) { selected = null; typed = null; picked = null; }
    if (selected) printed = placeOf(selected);
    if (printed && !printedAt(printed)) printed = null;
    anchor = null;
    const grid = line && !told ? state.grids[line.grid] : null;
    if (grid) take(grid, line.axis, Math.min(line.index, edgesOf(grid, line.axis).length - 1)); else line = null;
    render();
  }

  function change(message, about) {
    return ask(message, about).then(arrived);
  }

  function confirmValue(value) {
    const id = selected;
    const [table, row, column] = id.split("/");
    ahead.set(id, value);
    const edit = { edit: "value", report: state.document.number, table, row, column, value };
    ask({ op: "edit", edit }, `${nameOf(byId.get(id))}: `).then(() => { if (ahead.get(id) === value) ahead.delete(id); arrived(); });
    byId = cells();
    go(1);
  }

  const nameOf = (cell) => (lang === "zh" ? `${cell.row_label} × ${cell.column_label}` : cell.id.split("/").slice(1).join(" × "));

  function doubt() {
    const [table, row, column] = selected.split("/");
    change({ op: "edit", edit: { edit: "doubt", report: state.document.number, table, row, column } }, `${nameOf(byId.get(selected))}: `);
  }

  // --- moving ---

  function go(step) {
    const order = flagged();
    if (!order.length) { if (!selected) selected = state.cells[0]?.id ?? null; return select(selected); }
    const at = order.indexOf(selected);
    select(order[at < 0 ? 0 : (at + step + order.length) % order.length]);
  }

  function select(id) {
    selected = id;
    typed = null;
    picked = null;
    anchor = null;
    leaf = null;
    region = null;
    line = null;
    printed = id ? placeOf(id) : null;
    render();
  }

  function placeOf(id) {
    for (const [g, grid] of state.grids.entries())
      for (const cell of grid.cells) if (cell.ids.includes(id)) return [g, cell.at[0], cell.at[1]];
    return null;
  }

  function printedAt([g, row, column]) {
    return state.grids[g]?.cells.find(({ at }) => at[0] <= row && row < at[0] + at[2] && at[1] <= column && column < at[1] + at[3]);
  }

  function move(down, right, extend) {
    if (!printed) { printed = state.grids.length ? [0, 0, 0] : null; return render(); }
    const cell = printedAt(printed);
    if (!cell) return undefined;
    const [row, column, rows, columns] = cell.at;
    const next = [printed[0], row + (down > 0 ? rows : down), column + (right > 0 ? columns : right)];
    const there = printedAt(next);
    if (!there) return undefined;
    leaf = null;
    anchor = extend ? anchor ?? printed : null;
    printed = [printed[0], there.at[0], there.at[1]];
    selected = there.ids[0] ?? selected;
    if (!there.ids.length && !extend) selected = null;
    typed = null;
    picked = null;
    return render();
  }

  function chosen() {
    if (!printed) return [];
    const grid = state.grids[printed[0]];
    const here = printedAt(printed);
    if (!here) return [];
    if (!anchor || anchor[0] !== printed[0] || !printedAt(anchor)) return [here];
    let box = [...printedAt(anchor).at];
    box = [Math.min(box[0], here.at[0]), Math.min(box[1], here.at[1]),
      Math.max(box[0] + box[2], here.at[0] + here.at[2]), Math.max(box[1] + box[3], here.at[1] + here.at[3])];
    return grid.cells.filter(({ at }) => at[0] >= box[0] && at[1] >= box[1] && at[0] + at[2] <= box[2] && at[1] + at[3] <= box[3]);
  }

  // --- lines and cells ---

  function redraw(grid, edit) {
    return change({ op: "edit", edit: { page: grid.page, grid: grid.grid, part: grid.part, extractor: grid.extractor, ...edit } });
  }

  function around(boxes) {
    return [Math.min(...boxes.map((b) => b[0])), Math.min(...boxes.map((b) => b[1])),
      Math.max(...boxes.map((b) => b[2])), Math.max(...boxes.map((b) => b[3]))];
  }

  function merge() {
    const own = chosen();
    if (own.length < 2) return;
    const grid = state.grids[printed[0]];
    anchor = null;
    redraw(grid, { edit: "cells-merged", box: around(own.map((cell) => cell.box)) });
  }

  function split(axis) {
    const [own] = chosen();
    if (!own) return;
    const [x0, top, x1, bottom] = own.box;
    redraw(state.grids[printed[0]], { edit: "cell-split", box: own.box, axis, at: axis === "column" ? (x0 + x1) / 2 : (top + bottom) / 2 });
  }

  function turn() {
    const page = state.pages.find((one) => one.number === shownPage);
    if (page) change({ op: "edit", edit: { edit: "rotation", page: page.number, rotation: (page.rotation + 90) % 360 } });
  }

  // --- where a table stands ---

  function turnTo(step) {
    const at = state.pages.findIndex((one) => one.number === shownPage) + step;
    if (!state.pages[at]) return;
    leaf = state.pages[at].number;
    if (region) region.box = null;
    showPage(true);
    showFocus();
  }

  // The region of a grid on the page that a box takes the place of: the one that it covers most of.
  function covered(grid, box) {
    const shared = ([x0, top, x1, bottom]) => Math.max(0, Math.min(x1, box[2]) - Math.max(x0, box[0])) * Math.max(0, Math.min(bottom, box[3]) - Math.max(top, box[1]));
    const own = state.regions.filter((one) => one.page === shownPage && one.grid === grid && shared(one.box) > 0);
    return own.sort((a, b) => shared(b.box) - shared(a.box))[0]?.box ?? null;
  }

  function place(grid, was, box) {
    const page = shownPage;
    region = null;
    leaf = page;
    change({ op: "edit", edit: { edit: "region", page, grid, was, box } });
    root.focus();
  }

  function showRegion() {
    const grids = element("select", { "data-region": "grid", "aria-label": say("region_is") }, ...state.forms.map((one) => element("option", { value: one.grid }, gridTitle(one.grid))));
    grids.value = region.grid;
    grids.addEventListener("change", () => { region.grid = grids.value; root.focus(); });
    const set = button("region_set", () => place(region.grid, covered(region.grid, region.box), region.box), !region.box);
    const none = state.regions.filter((one) => one.page === shownPage).map((one) => {
      const made = element("button", { type: "button", "data-none": one.grid }, say("region_none", gridTitle(one.grid)));
      made.addEventListener("click", () => place(one.grid, one.box, null));
      return made;
    });
    focus.replaceChildren(element("p", {}, say("region")), element("p", {}, element("label", {}, say("region_is"), " ", grids), " ", set), element("p", {}, ...none));
  }

  // Arrows move the box, with Shift its lower right corner; it begins where the table was detected, or in mid-page.
  function regionKey(event) {
    const step = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, -NUDGE], ArrowDown: [0, NUDGE] }[event.key];
    const page = state.pages.find((one) => one.number === shownPage);
    if (event.key === "Enter" && region.box) place(region.grid, covered(region.grid, region.box), region.box);
    else if (step && page) {
      const own = state.regions.find((one) => one.page === shownPage && one.grid === region.grid)?.box;
      const box = region.box ?? own ?? [0.1 * page.width, 0.2 * page.height, 0.9 * page.width, 0.5 * page.height];
      const within = (edge, i) => Math.round(Math.min(Math.max(edge, 0), i % 2 ? page.height : page.width) * 100) / 100;
      const moved = box.map((edge, i) => within(edge + (event.shiftKey && i < 2 ? 0 : step[i % 2]), i));
      if (moved[2] - moved[0] >= NUDGE && moved[3] - moved[1] >= NUDGE) region.box = moved;
      showFocus();
      drawOver();
    } else return false;
    return true;
  }

  function drawing(event) {
    const frame = sheet.getBoundingClientRect();
    const at = (moved) => [(moved.clientX - frame.left) / scale, (moved.clientY - frame.top) / scale].map((edge) => Math.round(edge * 100) / 100);
    const start = at(event);
    const stretch = (moved) => {
      const end = at(moved);
      region.box = [0, 1].map((i) => Math.min(start[i], end[i])).concat([0, 1].map((i) => Math.max(start[i], end[i])));
      drawOver();
    };
    const done = () => {
      window.removeEventListener("pointermove", stretch);
      window.removeEventListener("pointerup", done);
      if (region?.box && (region.box[2] - region.box[0] < 5 || region.box[3] - region.box[1] < 5)) region.box = null;
      showFocus();
      drawOver();
    };
    event.preventDefault();
    event.stopPropagation();
    window.addEventListener("pointermove", stretch);
    window.addEventListener("pointerup", done);
  }

  sheet.addEventListener("pointerdown", (event) => { if (region) drawing(event); }, { capture: true });

  // What the row and the column of the printed cell in hand are in the form, to be said by hand.
  function assigning() {
    const [own] = chosen();
    if (!own) return [];
    const grid = state.grids[printed[0]];
    const page = grid.page ?? 0;
    const [x0, top, x1, bottom] = own.box;
    const options = new Map();
    const named = (axis) => {
      options.clear();
      for (const cell of state.cells) {
        const [table, row, column] = cell.id.split("/");
        if (!grid.tables.includes(table)) continue;
        const side = axis === "column" && !grid.stub;  // rows are printed side by side
        const label = axis === "row" ? cell.row_label : side ? `${cell.row_label} / ${cell.column_label}` : cell.column_label;
        const short = axis === "row" ? row : side ? `${row} / ${column}` : column;
        options.set(axis === "row" ? `${table}/${row}` : side ? cell.id : `${table}//${column}`, lang === "zh" ? label : short);
      }
      return [...options].map(([value, text]) => element("option", { value }, text));
    };
    return (grid.stub ? ["row", "column"] : ["column"]).map((axis) => {
      const select = element("select", { "data-assign": axis, "aria-label": say(`${axis}_is`) },
        element("option", { value: "" }, say("as_found")), element("option", { value: "-" }, say("none_of_form")), ...named(axis));
      select.addEventListener("change", () => {
        const [table, row, column] = select.value === "-" ? [grid.tables[0], null, null] : select.value.split("/");
        const box = axis === "row" ? [grid.columns[0], top, grid.columns.at(-1), bottom] : [x0, top, x1, bottom];
        const what = axis === "row" ? { row } : { row: row || null, column: column ?? null };
        change({ op: "edit", edit: { edit: `${axis}-assigned`, page, table, box, ...what } });
        root.focus();
      });
      return element("label", {}, say(`${axis}_is`), " ", select);
    });
  }

  const edgesOf = (grid, axis) => (axis === "column" ? grid.columns : grid.rows);

  function take(grid, axis, index) {
    line = { grid: state.grids.indexOf(grid), axis, index, at: edgesOf(grid, axis)[index] };
  }

  function lineKey(event) {
    const grid = state.grids[line.grid];
    const arrows = { ArrowLeft: ["column", -1], ArrowRight: ["column", 1], ArrowUp: ["row", -1], ArrowDown: ["row", 1] };
    const edges = edgesOf(grid, line.axis);
    if (event.key in arrows) {
      const [axis, step] = arrows[event.key];
      if (event.shiftKey) { if (axis === line.axis) line.at += step; }
      else if (axis === line.axis) take(grid, axis, Math.min(Math.max(line.index + step, 0), edges.length - 1));
      else take(grid, axis, 0);
    } else if (event.key === "Enter") drop();
    else if (event.key === "Delete" || event.key === "Backspace") {
      redraw(grid, { edit: "line-removed", axis: line.axis, at: edges[line.index] });
      line = null;
    } else if (event.key === "a" && line.index + 1 < edges.length) {
      redraw(grid, { edit: "line-added", axis: line.axis, at: (edges[line.index] + edges[line.index + 1]) / 2 });
    } else if (event.key === "Escape" || event.key === "g") line = null;
    else return false;
    drawOver();
    return true;
  }

  function drop() {
    const grid = state.grids[line.grid];
    const from = edgesOf(grid, line.axis)[line.index];
    const to = Math.round(line.at * 100) / 100;
    if (Math.abs(from - to) >= 0.05) redraw(grid, { edit: "line-moved", axis: line.axis, at: from, to });
  }

  // --- keys ---

  function key(event) {
    if (event.target.closest("select")) return;
    const control = event.ctrlKey || event.metaKey;
    const cell = byId.get(selected);
    let used = true;
    if (control && event.key.toLowerCase() === "z") change({ op: event.shiftKey ? "redo" : "undo" });
    else if (control && event.key.toLowerCase() === "y") change({ op: "redo" });
    else if (control && event.key.toLowerCase() === "s") change({ op: "save" });
    else if (control || event.altKey) used = false;
    else if (event.target.closest("button") && (event.key === "Enter" || event.key === " ")) used = false;
    else if (region && regionKey(event)) { /* done there */ }
    else if (line && lineKey(event)) { /* done there */ }
    else if (/^[0-9]$/.test(event.key) && cell) digit(event, cell);
    else if (event.key === "." && typed !== null && !typed.includes(".")) { typed += "."; showFocus(); }
    else if (event.key === "Backspace" && typed !== null) { typed = typed.slice(0, -1); showFocus(); }
    else if (event.key === " " && cell) { typed = typed === null ? "" : null; showFocus(); }
    else if (event.key === "Escape") leave();
    else if (event.key === "Enter" && cell) enter(cell);
    else if (event.key === "b" && cell) confirmValue(null);
    else if (event.key === "f" && cell) doubt();
    else if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (event.key === "u") change({ op: "undo" });
    else if (event.key === "m") merge();
    else if (event.key === "v") split("column");
    else if (event.key === "h") split("row");
    else if (event.key === "r") turn();
    else if (event.key === "t" && state.pages.length) { region = region ? null : { box: null, grid: wantedGrid() }; line = null; showFocus(); drawOver(); }
    else if (event.key === "PageDown") turnTo(1);
    else if (event.key === "PageUp") turnTo(-1);
    else if (event.key === "g") { const g = state.grids[printed?.[0] ?? 0]; if (g && g.page !== null) { take(g, "column", 0); drawOver(); } }
    else if (event.key === "+" || event.key === "=") magnify(1.25);
    else if (event.key === "-") magnify(1 / 1.25);
    else if (event.key === "?") { help = !help; showBar(); }
    else if (event.key === "e") { listed = !listed; showBar(); }
    else if (event.key === "ArrowLeft") move(0, -1, event.shiftKey);
    else if (event.key === "ArrowRight") move(0, 1, event.shiftKey);
    else if (event.key === "ArrowUp") move(-1, 0, event.shiftKey);
    else if (event.key === "ArrowDown") move(1, 0, event.shiftKey);
    else used = false;
    if (used) { event.preventDefault(); event.stopPropagation(); }
  }

  // Out of whatever is being done, the innermost first; out of the document where nothing is.
  function leave() {
    if (help) help = false;
    else if (region) region = null;
    else if (typed !== null || picked !== null) { typed = null; picked = null; }
    else if (anchor) anchor = null;
    else if (listed) listed = false;
    else if (link.back) { link.back(); return; }
    render();
  }

  // The grid that a region is most likely drawn for: that of the cell in hand, where it was not found.
  function wantedGrid() {
    const table = selected?.split("/")[0];
    return state.forms.find((one) => one.tables.includes(table))?.grid ?? state.forms[0].grid;
  }

  function digit(event, cell) {
    if (typed !== null) { if (typed.length < 28) typed += event.key; }
    else if (cell.candidates.length && event.location !== KeyboardEvent.DOM_KEY_LOCATION_NUMPAD) {
      const one = cell.candidates[Number(event.key) - 1];
      if (!one) return;
      picked = one.value;
    } else typed = event.key;
    showFocus();
  }

  function value(cell) {
    if (typed !== null) return typed.replace(/^0+(?=\d)/, "").replace(/\.$/, "");
    return picked ?? cell.value;
  }

  function enter(cell) {
    const own = value(cell);
    if (own !== null && exact(own) !== null) confirmValue(own);
    else if (!cell.flagged) go(1);
  }

  root.addEventListener("keydown", key);

  // --- showing ---

  function render() {
    if (!selected && !printed && flagged().length) { [selected] = flagged(); printed = placeOf(selected); }
    showBar();
    showTables();
    showFocus();
    scrolled();
    showPage(false);
  }

  // The selected cell into sight, its table's own part of the page only: a notebook around it stays where it is.
  function scrolled() {
    const cell = tables.querySelector(".selected, .chosen");
    if (!cell) return;
    const [own, all] = [cell.getBoundingClientRect(), tables.getBoundingClientRect()];
    if (own.top < all.top || own.bottom > all.bottom) tables.scrollTop += own.top - all.top - all.height / 2;
    if (own.left < all.left || own.right > all.right) tables.scrollLeft += own.left - all.left - all.width / 2;
  }

  function button(key, go, disabled, n) {
    const made = element("button", { type: "button", "data-do": key, disabled: disabled ? "" : null }, say(key, n));
    made.addEventListener("click", () => { go(); root.focus(); });
    return made;
  }

  function showBar() {
    const language = element("button", { type: "button", "data-do": "language" }, lang === "zh" ? "English" : "中文");
    language.addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; link.spoken?.(lang); render(); root.focus(); });
    root.lang = lang === "zh" ? "zh-Hans" : "en";
    const one = state.document;
    const left = flagged().length;
    bar.replaceChildren(
      ...(link.back ? [button("back", link.back)] : []),
      element("b", { class: "name" }, one.of > 1 ? `${one.name} (${one.number}/${one.of})` : one.name),
      element("span", {}, [one.agency, one.year].filter(Boolean).join(" ")),
      element("span", { class: "left", "data-left": String(left) }, left ? say("left", left) : say("done")),
      button("undo", () => change({ op: "undo" }), !state.can_undo),
      button("redo", () => change({ op: "redo" }), !state.can_redo),
      button("save", () => change({ op: "save" }), !state.dirty),
      element("span", { class: "how", role: "status", "data-pending": String(pending), "data-dirty": String(state.dirty || lost) },
        pending ? say("working") : state.dirty || lost ? say("unsaved") : say("saved")),
      language,
      ...(state.edits.length ? [button("edits", () => { listed = !listed; showBar(); }, false, state.edits.length)] : []),
      button("keys", () => { help = !help; showBar(); }),
      ...(told ? [element("p", { class: "told", role: "alert" }, told)] : []),
      ...(listed && state.edits.length ? [element("ol", { class: "edits" }, ...state.edits.map(edited))] : []),
      ...(help ? [
        element("dl", { class: "help" }, ...KEYS.flatMap(([k, zh, en]) => [element("dt", {}, k), element("dd", {}, lang === "zh" ? zh : en)])),
        element("p", { class: "legend" }, say("legend"), ...state.legend.map((status) => element("span", { class: `chip s-${status.status}` }, `${status.mark} ${status[lang]}`))),
      ] : []));
  }

  // A correction, and the button that takes it out; `at` is its place among them.
  function edited(one, at) {
    const out = element("button", { type: "button", "data-out": String(at) }, say("take_out"));
    out.addEventListener("click", () => { change({ op: "take-out", at, revision: state.revision }); root.focus(); });
    return element("li", { class: one.applied ? "" : "misfit" }, out, " ",
      one.applied ? "" : element("b", {}, say("misfit"), one.cause[lang], " · "), `${one.words[lang]} · ${one.who} ${one.when.slice(0, 10)}`, one.why ? ` · ${one.why}` : "");
  }

  // The tables are made anew for other cells or words only: what is selected changes with every key.
  function showTables() {
    if (tabled[0] !== byId || tabled[1] !== lang) {
      tabled = [byId, lang];
      drawTables();
    }
    mark(tabled[2]);
  }

  function mark(shown) {
    const own = new Set(anchor || !selected ? chosen() : []);
    for (const [cell, made] of shown) {
      made.classList.toggle("selected", cell.ids.includes(selected));
      made.classList.toggle("chosen", own.has(cell));
    }
  }

  function drawTables() {
    const marks = new Map(state.legend.map((one) => [one.status, one]));
    const parts = [];
    tabled[2] = [];
    for (const table of state.tables) {
      if (table.found || state.grids.some((grid) => grid.tables.includes(table.table))) continue;
      parts.push(element("h3", {}, table.title[lang]),
        element("p", { class: "empty" }, say("missing_table"), state.pages.length ? ` · ${say("find_table")}` : ""));
    }
    for (const [g, grid] of state.grids.entries()) {
      const own = state.tables.find((table) => table.table === grid.tables[0]);
      const edition = element("select", { "aria-label": say("edition") }, ...state.editions.map((e) => element("option", { value: e }, e)));
      edition.value = own.edition;
      edition.addEventListener("change", () => change({ op: "edit", edit: { edit: "edition", report: state.document.number, table: own.table, edition: edition.value } }));
      const rows = Array.from({ length: grid.rows.length - 1 }, () => element("tr", {}));
      for (const cell of grid.cells) {
        const canon = cell.ids.map((id) => byId.get(id)).filter(Boolean);
        const worst = canon.find((one) => one.flagged) ?? canon[0];
        const text = worst ? [...new Set(canon.map((one) => one.value ?? one.text))].join(" / ") : joined(cell.text);
        const made = element(worst ? "td" : "th", {
          rowspan: String(cell.at[2]), colspan: String(cell.at[3]),
          class: worst ? `s-${worst.status}` : null,
          "data-cell": cell.ids.join(" ") || null, title: worst ? marks.get(worst.status)?.[lang] : null,
        }, text);
        if (worst) made.append(element("sup", {}, marks.get(worst.status)?.mark ?? ""));
        made.addEventListener("click", (event) => {
          if (event.shiftKey && printed) { anchor = anchor ?? printed; printed = [g, cell.at[0], cell.at[1]]; render(); }
          else touch(g, cell);
          root.focus();
        });
        rows[cell.at[0]].append(made);
        tabled[2].push([cell, made]);
      }
      parts.push(element("h3", {}, gridTitle(grid.grid), element("small", {}, grid.page === null ? "" : say("page", grid.page), " ", element("label", {}, say("edition"), " ", edition))),
        element("table", { "data-grid": String(g) }, element("tbody", {}, ...rows)));
    }
    tables.replaceChildren(...parts);
  }

  // A click on a printed cell; where it holds several of the form's, each click takes the next.
  function touch(g, cell) {
    const next = cell.ids.indexOf(selected) + 1;
    if (cell.ids.length) select(next ? cell.ids[next % cell.ids.length] : cell.ids.find((id) => byId.get(id)?.flagged) ?? cell.ids[0]);
    else { select(null); printed = [g, cell.at[0], cell.at[1]]; render(); }
  }

  function showFocus() {
    const cell = byId.get(selected);
    sheet.classList.toggle("drawing", region !== null);
    if (region) { showRegion(); return; }
    if (!cell) {
      focus.replaceChildren(element("p", { class: "empty" }, flagged().length ? "" : say("done")), element("div", { class: "assign" }, ...assigning()));
      return;
    }
    const legend = state.legend.find((one) => one.status === cell.status);
    const crop = element("canvas", { class: "crop", width: "0", height: "0" });
    const now = value(cell);
    const field = element("output", { class: typed === null ? "value" : "value typing" }, now ?? "");
    const candidates = cell.candidates.map((one, i) => {
      const made = element("button", { type: "button", class: one.value === now && typed === null ? "picked" : "", tabindex: "-1" },
        element("kbd", {}, String(i + 1)), element("b", {}, one.value),
        element("small", {}, say(`from_${one.from}`), one.share === null ? "" : ` ${one.share}`, one.sums ? ` ${one.sums.map(sumName).join(lang === "zh" ? "、" : ", ")}` : ""));
      made.addEventListener("click", () => { typed = null; picked = one.value; showFocus(); root.focus(); });
      return element("li", {}, made);
    });
    focus.replaceChildren(
      element("div", { class: "what", "data-of": cell.id }, element("span", { class: `chip s-${cell.status}` }, `${legend.mark} ${legend[lang]}`),
        element("b", {}, nameOf(cell))),
      element("div", { class: "asked" },
        cell.box ? crop : element("p", { class: "empty" }, say("no_picture")),
        element("div", {},
          element("div", { class: "entry" }, field, element("small", {}, typed === null ? "" : say("type")),
            cell.first === null ? "" : element("small", {}, `${say("first")} ${cell.first}`)),
          element("ol", { class: "candidates" }, ...candidates))),
      element("div", { class: "sums" }, ...cell.identities.map((id) => sum(state.identities.find((one) => one.id === id), cell, now))),
      element("ul", { class: "reasons" }, ...cell.reasons.map((reason) => element("li", {}, reason[lang]))),
      element("div", { class: "assign" }, ...assigning()));
    if (cell.box) cropped(cell, crop);
  }

  // The row or column of a sum, short; its name, too, where that is of the language.
  function sumName(id) {
    const { name, where } = state.identities.find((one) => one.id === id);
    return lang === "zh" ? where.zh.split(" / ").at(-1) : `${name}:${where.en}`;
  }

  function sum(identity, cell, now) {
    const [left, right] = balance(identity, cell.id, now, byId);
    const known = left !== null && right !== null;
    const holds = known && left === right;
    const names = (members) => members.filter((one) => one.id === cell.id || members.length <= 3 || (byId.get(one.id)?.value ?? "0") !== "0")
      .map((one) => `${one[lang]} ${one.id === cell.id ? now ?? "" : byId.get(one.id)?.value ?? ""}`).join(" + ");
    return element("p", { class: known ? (holds ? "holds" : "fails") : "open", "data-identity": identity.id, "data-holds": String(known ? holds : null) },
      element("b", {}, known ? (holds ? "✓ " : "✗ ") : "? "), `${identity.name} · ${identity.where[lang]}: `,
      `${names(identity.left)} = ${known ? written(left) : "?"} ${holds ? "=" : "≠"} ${known ? written(right) : "?"} = ${names(identity.right)} `,
      element("i", {}, known ? (holds ? "" : say("lacks", written(left > right ? left - right : right - left))) : say("unevaluated")));
  }

  async function picture(page) {
    const info = state.pages.find((one) => one.number === page);
    const name = `${page}:${info?.rotation}:${info?.width}:${info?.height}`;
    if (!pictures.has(name)) pictures.set(name, (async () => {
      const image = new Image();
      image.src = await link.picture(page, state.revision);
      await image.decode();
      return image;
    })().catch((error) => { pictures.delete(name); throw error; }));
    return pictures.get(name);
  }

  async function cropped(cell, canvas) {
    const info = state.pages.find((one) => one.number === cell.page);
    if (!info) return;
    let image;
    try { image = await picture(cell.page); } catch { return; }
    // The cell itself is as printed, what is around it is veiled.
    const dots = image.naturalWidth / info.width;
    const box = [cell.box[0] - AIR, cell.box[1] - AIR, cell.box[2] + AIR, cell.box[3] + AIR];
    const [left, top, width, height] = [box[0] * dots, box[1] * dots, (box[2] - box[0]) * dots, (box[3] - box[1]) * dots];
    const enlarged = Math.min(2, 420 / width, 150 / height);
    canvas.width = Math.round(width * enlarged);
    canvas.height = Math.round(height * enlarged);
    const pen = canvas.getContext("2d");
    pen.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
    const air = AIR * dots * enlarged;
    pen.fillStyle = "rgba(255, 255, 255, .6)";
    pen.beginPath();
    pen.rect(0, 0, canvas.width, canvas.height);
    pen.rect(air, air, canvas.width - 2 * air, canvas.height - 2 * air);
    pen.fill("evenodd");
  }

  async function showPage(zoomed) {
    const wanted = leaf ?? byId.get(selected)?.page ?? state.grids[printed?.[0] ?? 0]?.page ?? (state.pages.find((one) => one.tables) ?? state.pages[0])?.number;
    const info = state.pages.find((one) => one.number === wanted);
    if (!info) { sheet.replaceChildren(element("p", { class: "empty" }, say("no_pages"))); return; }
    if (shownPage !== wanted || shownRevision !== state.revision || zoomed) {
      shownPage = wanted;
      shownRevision = state.revision;
      let image;
      try { image = await picture(wanted); } catch { image = null; }
      if (shownPage !== wanted) return;
      scale = zoom ?? Math.min(Math.max((viewer.clientWidth - 16) / info.width, 0.6), 2.5);
      sheet.style.width = `${info.width * scale}px`;
      sheet.style.height = `${info.height * scale}px`;
      const over = drawn("svg", { viewBox: `0 0 ${info.width} ${info.height}`, class: "over" });
      sheet.replaceChildren(...(image ? [image] : [element("p", { class: "empty" }, say("no_picture"))]), over);
      if (image) { image.className = "picture"; image.alt = say("page", wanted); }
    }
    if (overlaid[0] === byId && overlaid[1] === wanted && sheet.contains(overlaid[2][0]?.[1])) mark(overlaid[2]);
    else drawOver();
    const box = byId.get(selected)?.box ?? (printed ? printedAt(printed)?.box : null);
    if (box && leaf === null) {
      const [x, y] = [(box[0] + box[2]) / 2 * scale, (box[1] + box[3]) / 2 * scale];
      const inside = x > viewer.scrollLeft && x < viewer.scrollLeft + viewer.clientWidth && y > viewer.scrollTop && y < viewer.scrollTop + viewer.clientHeight;
      if (!inside) viewer.scrollTo(x - viewer.clientWidth / 2, y - viewer.clientHeight / 2);
    }
  }

  function drawOver() {
    const over = sheet.querySelector("svg");
    if (!over) return;
    const shapes = [];
    overlaid = [line || region ? null : byId, shownPage, []];
    for (const [g, grid] of state.grids.entries()) {
      if (grid.page !== shownPage) continue;
      for (const cell of grid.cells) {
        const status = byId.get(cell.ids.find((id) => byId.get(id)?.flagged) ?? cell.ids[0])?.status;
        const [x0, top, x1, bottom] = cell.box;
        const rect = drawn("rect", { x: x0, y: top, width: x1 - x0, height: bottom - top,
          class: `cell ${status ? `f-${status}` : ""}` });
        overlaid[2].push([cell, rect]);
        rect.addEventListener("click", () => { touch(g, cell); root.focus(); });
        shapes.push(rect);
      }
      for (const [axis, edges] of [["column", grid.columns], ["row", grid.rows]])
        for (const [index, edge] of edges.entries()) shapes.push(...handle(grid, g, axis, index, edge));
    }
    const framed = (box, name) => drawn("rect", { x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1], class: name });
    if (region) for (const one of state.regions) if (one.page === shownPage) shapes.push(framed(one.box, "region"));
    if (region?.box) shapes.push(framed(region.box, "region new"));
    over.replaceChildren(...shapes);
    mark(overlaid[2]);
  }

  function handle(grid, g, axis, index, edge) {
    const held = line && line.grid === g && line.axis === axis && line.index === index;
    const at = held ? line.at : edge;
    const ends = axis === "column" ? { x1: at, x2: at, y1: grid.rows[0], y2: grid.rows.at(-1) } : { y1: at, y2: at, x1: grid.columns[0], x2: grid.columns.at(-1) };
    const shown = drawn("line", { ...ends, class: `line ${held ? "held" : ""}`, "data-axis": axis, "data-index": index, "data-grid": g });
    const grip = drawn("line", { ...ends, class: `grip ${axis}`, "data-axis": axis, "data-index": index, "data-grid": g });
    grip.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      take(grid, axis, index);
      const along = (moved) => (axis === "column" ? moved.clientX : moved.clientY);
      const from = along(event);
      const gone = new AbortController();
      const shift = (moved) => {
        if (line) line.at = edge + (along(moved) - from) / scale;
        for (const name of axis === "column" ? ["x1", "x2"] : ["y1", "y2"]) shown.setAttribute(name, line?.at ?? edge);
        shown.setAttribute("class", "line held");
      };
      const end = () => {
        gone.abort();
        if (line && state.grids[g] === grid) drop(); // an answer may have come in between: what was dragged is not there any more
        line = null;
        root.focus();
        drawOver();
      };
      window.addEventListener("pointermove", shift, { signal: gone.signal });
      window.addEventListener("pointerup", end, { signal: gone.signal });
      window.addEventListener("pointercancel", () => { line = null; end(); }, { signal: gone.signal });
    });
    return [shown, grip];
  }

  function magnify(by) {
    zoom = Math.min(Math.max(scale * by, 0.4), 6);
    showPage(true);
  }

  viewer.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    magnify(event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }, { passive: false });

  let panning = null;
  sheet.addEventListener("pointerdown", (event) => { if (!event.target.closest(".grip")) panning = [event.clientX, event.clientY]; });
  window.addEventListener("pointermove", (event) => {
    if (!panning || !event.buttons) { panning = null; return; }
    viewer.scrollBy(panning[0] - event.clientX, panning[1] - event.clientY);
    panning = [event.clientX, event.clientY];
  }, { signal: ended.signal });

  const watch = new ResizeObserver(() => { if (zoom === null) showPage(true); });
  watch.observe(viewer);
  if (link.cell && byId.has(link.cell)) select(link.cell); else render();
  // Keys that somebody types elsewhere must not become corrections.
  if (!document.activeElement?.matches("input, textarea, select, [contenteditable=true]")) root.focus({ preventScroll: true });
  return {
    take: (now) => { state = now; arrived(); },
    close: () => { ended.abort(); watch.disconnect(); },
  };
}
