// What the row and the column of the printed cell in hand are in the form, to be said by hand.
import { element } from "./elements.js";

export function assigning(desk) {
  const [own] = desk.chosen();
  if (!own) return [];
  const grid = desk.state.grids[desk.printed[0]];
  const [x0, top, x1, bottom] = own.box;
  return (grid.stub ? ["row", "column"] : ["column"]).map((axis) => {
    const select = element("select", { "data-assign": axis, "aria-label": desk.say(`${axis}_is`) },
      element("option", { value: "" }, desk.say("as_found")), element("option", { value: "-" }, desk.say("none_of_form")),
      ...[...ofForm(desk, grid, axis)].map(([value, text]) => element("option", { value }, text)));
    select.addEventListener("change", () => {
      const [table, row, column] = select.value === "-" ? [grid.tables[0], null, null] : select.value.split("/");
      const box = axis === "row" ? [grid.columns[0], top, grid.columns.at(-1), bottom] : [x0, top, x1, bottom];
      const what = axis === "row" ? { row } : { row: row || null, column: column ?? null };
      desk.edit({ edit: `${axis}-assigned`, page: grid.page ?? 0, table, box, ...what });
      desk.root.focus();
    });
    return element("label", {}, desk.say(`${axis}_is`), " ", select);
  });
}

// The rows, or the columns, of the form that a grid may have, with what they are called.
function ofForm(desk, grid, axis) {
  const options = new Map();
  for (const cell of desk.state.cells) {
    const [table, row, column] = cell.id.split("/");
    if (!grid.tables.includes(table)) continue;
    const side = axis === "column" && !grid.stub;  // rows are printed side by side
    const label = axis === "row" ? cell.row_label : side ? `${cell.row_label} / ${cell.column_label}` : cell.column_label;
    const short = axis === "row" ? row : side ? `${row} / ${column}` : column;
    options.set(axis === "row" ? `${table}/${row}` : side ? cell.id : `${table}//${column}`, desk.lang === "zh" ? label : short);
  }
  return options;
}
