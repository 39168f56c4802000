// The keys of a document under correction; words.js lists them for who asks.
import { toggleEdits, toggleHelp } from "./bar.js";
import { lineKey, merge, split, takeLine } from "./lines.js";
import { confirmValue, doubt, go, move } from "./moving.js";
import { regionKey, startRegion, turn, turnTo } from "./regions.js";
import { exact } from "./sums.js";

export function pressed(desk, event) {
  if (event.target.closest("select")) return;
  const control = event.ctrlKey || event.metaKey;
  const cell = desk.byId.get(desk.selected);
  const { typed, views } = desk;
  let used = true;
  if (control && event.key.toLowerCase() === "z") desk.change({ op: event.shiftKey ? "redo" : "undo" });
  else if (control && event.key.toLowerCase() === "y") desk.change({ op: "redo" });
  else if (control && event.key.toLowerCase() === "s") desk.change({ op: "save" });
  else if (control || event.altKey) used = false;
  else if (event.target.closest("button") && (event.key === "Enter" || event.key === " ")) used = false;
  else if (desk.region && regionKey(desk, event)) { /* done there */ }
  else if (desk.line && lineKey(desk, event)) { /* done there */ }
  else if (/^[0-9]$/.test(event.key) && cell) digit(desk, event, cell);
  else if (event.key === "." && typed !== null && !typed.includes(".")) type(desk, `${typed}.`);
  else if (event.key === "Backspace" && typed !== null) type(desk, typed.slice(0, -1));
  else if (event.key === " " && cell) type(desk, typed === null ? "" : null);
  else if (event.key === "Escape") leave(desk);
  else if (event.key === "Enter" && cell) enter(desk, cell);
  else if (event.key === "b" && cell) confirmValue(desk, null);
  else if (event.key === "f" && cell) doubt(desk);
  else if (event.key === "n") go(desk, 1);
  else if (event.key === "p") go(desk, -1);
  else if (event.key === "u") desk.change({ op: "undo" });
  else if (event.key === "m") merge(desk);
  else if (event.key === "v") split(desk, "column");
  else if (event.key === "h") split(desk, "row");
  else if (event.key === "r") turn(desk);
  else if (event.key === "t" && desk.state.pages.length) startRegion(desk);
  else if (event.key === "PageDown") turnTo(desk, 1);
  else if (event.key === "PageUp") turnTo(desk, -1);
  else if (event.key === "g") takeLine(desk);
  else if (event.key === "+" || event.key === "=") views.page.magnify(1.25);
  else if (event.key === "-") views.page.magnify(1 / 1.25);
  else if (event.key === "?") toggleHelp(desk);
  else if (event.key === "e") toggleEdits(desk);
  else if (event.key === "ArrowLeft") move(desk, 0, -1, event.shiftKey);
  else if (event.key === "ArrowRight") move(desk, 0, 1, event.shiftKey);
  else if (event.key === "ArrowUp") move(desk, -1, 0, event.shiftKey);
  else if (event.key === "ArrowDown") move(desk, 1, 0, event.shiftKey);
  else used = false;
  if (used) { event.preventDefault(); event.stopPropagation(); }
}

function type(desk, text) {
  desk.typed = text;
  desk.views.focus.show();
}

function digit(desk, event, cell) {
  const { typed } = desk;
  if (typed !== null) { if (typed.length < 28) desk.typed += event.key; }
  else if (cell.candidates.length && event.location !== KeyboardEvent.DOM_KEY_LOCATION_NUMPAD) {
    const one = cell.candidates[Number(event.key) - 1];
    if (!one) return;
    desk.picked = one.value;
  } else desk.typed = event.key;
  desk.views.focus.show();
}

function enter(desk, cell) {
  const own = desk.standing(cell);
  if (own !== null && exact(own) !== null) confirmValue(desk, own);
  else if (!cell.flagged) go(desk, 1);
}

// Out of whatever is being done, the innermost first; out of the document where nothing is.
function leave(desk) {
  if (desk.help) desk.help = false;
  else if (desk.region) desk.region = null;
  else if (desk.typed !== null || desk.picked !== null) { desk.typed = null; desk.picked = null; }
  else if (desk.anchor) desk.anchor = null;
  else if (desk.listed) desk.listed = false;
  else if (desk.link.back) { desk.link.back(); return; }
  desk.render();
}
