// One document under correction: the page with its grid, the table as printed, the cell in question, the sums.
// Used by the local page and, by widget.js, in notebooks. Text of a document is shown by textContent.
import { barView } from "./bar.js";
import { Desk } from "./desk.js";
import { element } from "./elements.js";
import { focusView } from "./focus.js";
import { pressed } from "./keys.js";
import { select } from "./moving.js";
import { pageView } from "./sheet.js";
import { tablesView } from "./tables.js";

// Shows a document in `home`. `link` asks (`call`, `picture`), and says how things are here: `lang`, `autosave`, `cell` to
// begin with, `back` to leave, `spoken` to hear of another language.
export function mount(home, link, first) {
  const root = element("section", { class: "gk gk-review", tabindex: "0", "aria-label": "gongkai", "data-lm-suppress-shortcuts": "true" });
  const desk = new Desk(root, link, first);
  const [bar, focus, tables, page] = [barView(desk), focusView(desk), tablesView(desk), pageView(desk)];
  desk.views = { bar, focus, tables, page };
  root.append(bar.element, element("div", { class: first.pages.length ? "halves" : "halves pageless" },
    page.element, element("div", { class: "side" }, focus.element, tables.element)));
  home.replaceChildren(root);
  for (const one of first.legend) root.style.setProperty(`--${one.status}`, one.colour.join(","));
  root.addEventListener("keydown", (event) => pressed(desk, event));
  page.watch();
  if (link.cell && desk.byId.has(link.cell)) select(desk, link.cell); else desk.render();
  // Keys that somebody types elsewhere must not become corrections.
  if (!document.activeElement?.matches("input, textarea, select, [contenteditable=true]")) root.focus({ preventScroll: true });
  return {
    take: (now) => { desk.state = now; desk.arrived(); },
    close: page.close,
  };
}
