// Moving from cell to cell, and what is said of the one in hand.

export function go(desk, step) {
  const order = desk.flagged();
  if (!order.length) { if (!desk.selected) desk.selected = desk.state.cells[0]?.id ?? null; return select(desk, desk.selected); }
  const at = order.indexOf(desk.selected);
  return select(desk, order[at < 0 ? 0 : (at + step + order.length) % order.length]);
}

export function select(desk, id) {
  Object.assign(desk, { selected: id, typed: null, picked: null, anchor: null, leaf: null, region: null, line: null });
  desk.printed = id ? desk.placeOf(id) : null;
  desk.render();
}

// A click on a printed cell; where it holds several of the form's, each click takes the next.
export function touch(desk, g, cell) {
  const next = cell.ids.indexOf(desk.selected) + 1;
  if (cell.ids.length) select(desk, next ? cell.ids[next % cell.ids.length] : cell.ids.find((id) => desk.byId.get(id)?.flagged) ?? cell.ids[0]);
  else { select(desk, null); desk.printed = [g, cell.at[0], cell.at[1]]; desk.render(); }
}

// The printed cells from where a selection began, or from the one in hand, to this one.
export function stretch(desk, g, cell) {
  desk.anchor = desk.anchor ?? desk.printed;
  desk.printed = [g, cell.at[0], cell.at[1]];
  desk.render();
}

export function move(desk, down, right, extend) {
  if (!desk.printed) { desk.printed = desk.state.grids.length ? [0, 0, 0] : null; return desk.render(); }
  const cell = desk.printedAt(desk.printed);
  if (!cell) return undefined;
  const [row, column, rows, columns] = cell.at;
  const there = desk.printedAt([desk.printed[0], row + (down > 0 ? rows : down), column + (right > 0 ? columns : right)]);
  if (!there) return undefined;
  desk.leaf = null;
  desk.anchor = extend ? desk.anchor ?? desk.printed : null;
  desk.printed = [desk.printed[0], there.at[0], there.at[1]];
  desk.selected = there.ids[0] ?? desk.selected;
  if (!there.ids.length && !extend) desk.selected = null;
  desk.typed = null;
  desk.picked = null;
  return desk.render();
}

export function confirmValue(desk, value) {
  const id = desk.selected;
  desk.ahead.set(id, value);
  desk.ask({ op: "edit", edit: { edit: "value", ...named(desk, id), value } }, about(desk, id))
    .then(() => { if (desk.ahead.get(id) === value) desk.ahead.delete(id); desk.arrived(); });
  desk.byId = desk.cells();
  go(desk, 1);
}

export function doubt(desk) {
  desk.edit({ edit: "doubt", ...named(desk, desk.selected) }, about(desk, desk.selected));
}

function named(desk, id) {
  const [table, row, column] = id.split("/");
  return { report: desk.state.document.number, table, row, column };
}

const about = (desk, id) => `${desk.nameOf(desk.byId.get(id))}: `;
