// The lines and cells of a grid, drawn otherwise.
import { edgesOf } from "./desk.js";

function redraw(desk, grid, edit) {
  return desk.edit({ page: grid.page, grid: grid.grid, part: grid.part, extractor: grid.extractor, ...edit });
}

function around(boxes) {
  return [Math.min(...boxes.map((b) => b[0])), Math.min(...boxes.map((b) => b[1])),
    Math.max(...boxes.map((b) => b[2])), Math.max(...boxes.map((b) => b[3]))];
}

export function merge(desk) {
  const own = desk.chosen();
  if (own.length < 2) return;
  const grid = desk.state.grids[desk.printed[0]];
  desk.anchor = null;
  redraw(desk, grid, { edit: "cells-merged", box: around(own.map((cell) => cell.box)) });
}

export function split(desk, axis) {
  const [own] = desk.chosen();
  if (!own) return;
  const [x0, top, x1, bottom] = own.box;
  redraw(desk, desk.state.grids[desk.printed[0]], { edit: "cell-split", box: own.box, axis, at: axis === "column" ? (x0 + x1) / 2 : (top + bottom) / 2 });
}

// The first line of the grid in hand.
export function takeLine(desk) {
  const grid = desk.state.grids[desk.printed?.[0] ?? 0];
  if (grid && grid.page !== null) { desk.take(grid, "column", 0); desk.views.page.over(); }
}

export function lineKey(desk, event) {
  const { line } = desk;
  const grid = desk.state.grids[line.grid];
  const arrows = { ArrowLeft: ["column", -1], ArrowRight: ["column", 1], ArrowUp: ["row", -1], ArrowDown: ["row", 1] };
  const edges = edgesOf(grid, line.axis);
  if (event.key in arrows) {
    const [axis, step] = arrows[event.key];
    if (event.shiftKey) { if (axis === line.axis) line.at += step; }
    else if (axis === line.axis) desk.take(grid, axis, Math.min(Math.max(line.index + step, 0), edges.length - 1));
    else desk.take(grid, axis, 0);
  } else if (event.key === "Enter") drop(desk);
  else if (event.key === "Delete" || event.key === "Backspace") {
    redraw(desk, grid, { edit: "line-removed", axis: line.axis, at: edges[line.index] });
    desk.line = null;
  } else if (event.key === "a" && line.index + 1 < edges.length) {
    redraw(desk, grid, { edit: "line-added", axis: line.axis, at: (edges[line.index] + edges[line.index + 1]) / 2 });
  } else if (event.key === "Escape" || event.key === "g") desk.line = null;
  else return false;
  desk.views.page.over();
  return true;
}

// The line in hand stays where it was moved to.
export function drop(desk) {
  const { line } = desk;
  const grid = desk.state.grids[line.grid];
  const from = edgesOf(grid, line.axis)[line.index];
  const to = Math.round(line.at * 100) / 100;
  if (Math.abs(from - to) >= 0.05) redraw(desk, grid, { edit: "line-moved", axis: line.axis, at: from, to });
}
