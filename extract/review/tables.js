// The tables as printed, each cell with what is known of it.
import { element } from "./elements.js";
import { stretch, touch } from "./moving.js";

// A label as one line: where it was broken is of the page, and Chinese has no spaces.
const joined = (text) => text.replace(/(\w)\s*\n\s*(?=\w)/g, "$1 ").replace(/\s*\n\s*/g, "");

// Printed cells, each with what shows it: those that are in hand are marked.
export function mark(desk, shown) {
  const own = new Set(desk.anchor || !desk.selected ? desk.chosen() : []);
  for (const [cell, made] of shown) {
    made.classList.toggle("selected", cell.ids.includes(desk.selected));
    made.classList.toggle("chosen", own.has(cell));
  }
}

export function tablesView(desk) {
  const tables = element("div", { class: "tables" });
  let drawnFor = [null, null]; // cells and language
  let shown = [];              // printed cells with what shows them

  // The tables are made anew for other cells or words only: what is selected changes with every key.
  function show() {
    if (drawnFor[0] !== desk.byId || drawnFor[1] !== desk.lang) {
      drawnFor = [desk.byId, desk.lang];
      shown = [];
      tables.replaceChildren(...missing(desk), ...[...desk.state.grids.entries()].flatMap(([g, grid]) => gridParts(desk, g, grid, shown)));
    }
    mark(desk, shown);
  }

  // The selected cell into sight, its table's own part of the page only: a notebook around it stays where it is.
  function intoSight() {
    const cell = tables.querySelector(".selected, .chosen");
    if (!cell) return;
    const [own, all] = [cell.getBoundingClientRect(), tables.getBoundingClientRect()];
    if (own.top < all.top || own.bottom > all.bottom) tables.scrollTop += own.top - all.top - all.height / 2;
    if (own.left < all.left || own.right > all.right) tables.scrollLeft += own.left - all.left - all.width / 2;
  }

  return { element: tables, show, intoSight };
}

function missing(desk) {
  const { state } = desk;
  const lost = state.tables.filter((table) => !table.found && !state.grids.some((grid) => grid.tables.includes(table.table)));
  return lost.flatMap((table) => [element("h3", {}, table.title[desk.lang]),
    element("p", { class: "empty" }, desk.say("missing_table"), state.pages.length ? ` · ${desk.say("find_table")}` : "")]);
}

function gridParts(desk, g, grid, shown) {
  const { state } = desk;
  const own = state.tables.find((table) => table.table === grid.tables[0]);
  const edition = element("select", { "aria-label": desk.say("edition") }, ...state.editions.map((e) => element("option", { value: e }, e)));
  edition.value = own.edition;
  edition.addEventListener("change", () => desk.edit({ edit: "edition", report: state.document.number, table: own.table, edition: edition.value }));
  const rows = Array.from({ length: grid.rows.length - 1 }, () => element("tr", {}));
  for (const cell of grid.cells) {
    const made = printedCell(desk, cell);
    made.addEventListener("click", (event) => {
      if (event.shiftKey && desk.printed) stretch(desk, g, cell);
      else touch(desk, g, cell);
      desk.root.focus();
    });
    rows[cell.at[0]].append(made);
    shown.push([cell, made]);
  }
  return [
    element("h3", {}, desk.gridTitle(grid.grid), element("small", {}, grid.page === null ? "" : desk.say("page", grid.page), " ", element("label", {}, desk.say("edition"), " ", edition))),
    element("table", { "data-grid": String(g) }, element("tbody", {}, ...rows)),
  ];
}

function printedCell(desk, cell) {
  const canon = cell.ids.map((id) => desk.byId.get(id)).filter(Boolean);
  const worst = canon.find((one) => one.flagged) ?? canon[0];
  const legend = worst && desk.state.legend.find((one) => one.status === worst.status);
  const text = worst ? [...new Set(canon.map((one) => one.value ?? one.text))].join(" / ") : joined(cell.text);
  const made = element(worst ? "td" : "th", {
    rowspan: String(cell.at[2]), colspan: String(cell.at[3]),
    class: worst ? `s-${worst.status}` : null,
    "data-cell": cell.ids.join(" ") || null, title: legend?.[desk.lang],
  }, text);
  if (worst) made.append(element("sup", {}, legend?.mark ?? ""));
  return made;
}
