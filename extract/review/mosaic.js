// Group verification in the local page: crops of all cells that were read alike, the least sure first, by keyboard alone.
// Text of a document is shown by textContent.
import { element } from "./elements.js";
import { SCOPES, Wall } from "./wall.js";
import { barView, chipsView, fieldView, footView } from "./wallviews.js";

const REST = 150; // milliseconds after which a window that is being resized is taken to stay as it is

// `link` calls the server, gives addresses of crops, and opens documents; `kept` is where somebody was before.
export async function mosaic(home, link, kept = {}) {
  const root = element("section", { class: "gk gk-mosaic", tabindex: "0", "aria-label": "gongkai" });
  const field = element("div", { class: "tiles", role: "listbox" });
  const wall = new Wall(root, field, link, kept);
  wall.views = { bar: barView(wall), chips: chipsView(wall), field: fieldView(wall), foot: footView(wall) };
  const { bar, chips, foot } = wall.views;
  root.append(bar.element, chips.element, field, foot.element);
  home.replaceChildren(root);
  root.addEventListener("keydown", (event) => {
    if (pressed(wall, event)) { event.preventDefault(); event.stopPropagation(); }
  });
  await wall.load();
  await wall.queue;
  if (root.isConnected) watched(wall);
  root.focus();
}

// Whether a key was used.
function pressed(wall, event) {
  if (event.target.closest("select")) return false;
  const { key } = event;
  if (event.ctrlKey || event.metaKey) {
    if (key.toLowerCase() !== "z") return false;
    wall.unsay();
    return true;
  }
  if (event.altKey || (event.target.closest("button") && (key === "Enter" || key === " "))) return false;
  const does = typing(wall, key) ?? moves(wall, key) ?? says(wall, key);
  does?.();
  return does !== null;
}

function typing(wall, key) {
  const { typed } = wall;
  if (/^[0-9]$/.test(key)) return () => wall.type(((typed ?? "") + key).slice(0, 28));
  if (typed === null) return null;
  if (key === "." && !typed.includes(".")) return () => wall.type(`${typed}.`);
  if (key === "Backspace") return () => wall.type(typed.slice(0, -1) || null);
  if (key === "Enter") return () => wall.speak({ value: typed.replace(/^0+(?=\d)/, "").replace(/\.$/, "") });
  if (key === "Escape" && !wall.help) return () => wall.type(null);
  return null;
}

function moves(wall, key) {
  const { at, chosen, columns } = wall;
  switch (key) {
    case "ArrowLeft": return () => wall.choose(chosen - 1);
    case "ArrowRight": return () => wall.choose(chosen + 1);
    case "ArrowUp": return () => wall.choose(chosen - columns);
    case "ArrowDown": return () => wall.choose(chosen + columns);
    case "PageDown": return () => wall.screen(1);
    case "PageUp": return () => wall.screen(-1);
    case "]": return () => wall.group(1);
    case "[": return () => wall.group(-1);
    case "d": return () => wall.regroup({ by: at.by === "digit" ? "value" : "digit" });
    case "s": return () => wall.regroup({ scope: SCOPES[(SCOPES.indexOf(at.scope) + 1) % SCOPES.length] });
    case "+": case "=": return () => wall.enlarge(1.25);
    case "-": return () => wall.enlarge(0.8);
    default: return null;
  }
}

function says(wall, key) {
  switch (key) {
    case "Enter": return () => wall.looked();
    case "f": return () => wall.speak({ doubt: true });
    case "b": return () => wall.speak({ value: null });
    case "u": return () => wall.unsay();
    case "o": return wall.tiles[wall.chosen] ? () => wall.document(wall.tiles[wall.chosen]) : null;
    case "?": return () => wall.toggleHelp();
    case "Escape": return () => { if (wall.help) wall.toggleHelp(); else wall.link.back(); };
    default: return null;
  }
}

function watched(wall) {
  let waiting = null;
  const watch = new ResizeObserver(() => {
    const before = wall.size;
    wall.measure();
    if (wall.size === before || wall.at.start === null || !wall.tiles.length) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => wall.resized(), REST);
  });
  watch.observe(wall.field);
}
