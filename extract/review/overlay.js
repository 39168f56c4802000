// What lies over the page: its cells, its lines with what they are taken by, and boxes around tables.
import { drawn } from "./elements.js";
import { drop } from "./lines.js";
import { touch } from "./moving.js";
import { regionsHere } from "./regions.js";
import { mark } from "./tables.js";

// Over `sheet`, on which the page is shown.
export function overlay(desk, sheet) {
  let drawnFor = [null, null]; // cells, and the page by its number
  let shown = [];              // printed cells with what shows them

  function draw() {
    sheet.classList.toggle("drawing", desk.region !== null);
    const over = sheet.querySelector("svg");
    if (!over) return;
    const { region, byId } = desk;
    const shapes = [];
    drawnFor = [desk.line || region ? null : byId, desk.page];
    shown = [];
    for (const [g, grid] of desk.state.grids.entries()) {
      if (grid.page !== desk.page) continue;
      for (const cell of grid.cells) {
        const status = byId.get(cell.ids.find((id) => byId.get(id)?.flagged) ?? cell.ids[0])?.status;
        const rect = framed(cell.box, `cell ${status ? `f-${status}` : ""}`);
        rect.addEventListener("click", () => { touch(desk, g, cell); desk.root.focus(); });
        shown.push([cell, rect]);
        shapes.push(rect);
      }
      for (const [axis, edges] of [["column", grid.columns], ["row", grid.rows]])
        for (const [index, edge] of edges.entries()) shapes.push(...handle(desk, g, axis, index, edge));
    }
    if (region) shapes.push(...regionsHere(desk).map((one) => framed(one.box, "region")));
    if (region?.box) shapes.push(framed(region.box, "region new"));
    over.replaceChildren(...shapes);
    mark(desk, shown);
  }

  // Drawn anew for other cells or another page only.
  function show() {
    if (drawnFor[0] === desk.byId && drawnFor[1] === desk.page && sheet.contains(shown[0]?.[1])) mark(desk, shown);
    else draw();
  }

  return { draw, show };
}

const framed = (box, name) => drawn("rect", { x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1], class: name });

// A line as shown, and what it is taken by.
function handle(desk, g, axis, index, edge) {
  const grid = desk.state.grids[g];
  const { line } = desk;
  const held = line && line.grid === g && line.axis === axis && line.index === index;
  const at = held ? line.at : edge;
  const ends = axis === "column" ? { x1: at, x2: at, y1: grid.rows[0], y2: grid.rows.at(-1) } : { y1: at, y2: at, x1: grid.columns[0], x2: grid.columns.at(-1) };
  const place = { "data-axis": axis, "data-index": index, "data-grid": g };
  const shown = drawn("line", { ...ends, class: `line ${held ? "held" : ""}`, ...place });
  const grip = drawn("line", { ...ends, class: `grip ${axis}`, ...place });
  grip.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    desk.take(grid, axis, index);
    const along = (moved) => (axis === "column" ? moved.clientX : moved.clientY);
    const from = along(event);
    const gone = new AbortController();
    const shift = (moved) => {
      if (desk.line) desk.line.at = edge + (along(moved) - from) / desk.scale;
      for (const name of axis === "column" ? ["x1", "x2"] : ["y1", "y2"]) shown.setAttribute(name, desk.line?.at ?? edge);
      shown.setAttribute("class", "line held");
    };
    const end = () => {
      gone.abort();
      if (desk.line && desk.state.grids[g] === grid) drop(desk); // an answer may have come in between: what was dragged is not there any more
      desk.line = null;
      desk.root.focus();
      desk.views.page.over();
    };
    window.addEventListener("pointermove", shift, { signal: gone.signal });
    window.addEventListener("pointerup", end, { signal: gone.signal });
    window.addEventListener("pointercancel", () => { desk.line = null; end(); }, { signal: gone.signal });
  });
  return [shown, grip];
}
