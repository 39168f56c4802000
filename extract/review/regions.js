// Pages turned, and where on them tables stand: boxes drawn by mouse or by arrows.
import { button, element } from "./elements.js";

const NUDGE = 5; // points by which arrows move a box on the page; none is smaller

export function turn(desk) {
  const page = desk.leafOf(desk.page);
  if (page) desk.edit({ edit: "rotation", page: page.number, rotation: (page.rotation + 90) % 360 });
}

export function turnTo(desk, step) {
  const at = desk.state.pages.findIndex((one) => one.number === desk.page) + step;
  if (!desk.state.pages[at]) return;
  desk.leaf = desk.state.pages[at].number;
  if (desk.region) desk.region.box = null;
  desk.views.page.show(true);
  desk.views.focus.show();
}

export function startRegion(desk) {
  desk.region = desk.region ? null : { box: null, grid: wantedGrid(desk) };
  desk.line = null;
  showBoth(desk);
}

// The grid that a region is most likely drawn for: that of the cell in hand, where it was not found.
function wantedGrid(desk) {
  const table = desk.selected?.split("/")[0];
  const { forms } = desk.state;
  return forms.find((one) => one.tables.includes(table))?.grid ?? forms[0].grid;
}

// The regions on the page that is shown.
export const regionsHere = (desk) => desk.state.regions.filter((one) => one.page === desk.page);

// The region of a grid on the page that a box takes the place of: the one that it covers most of.
function covered(desk, grid, box) {
  const shared = ([x0, top, x1, bottom]) => Math.max(0, Math.min(x1, box[2]) - Math.max(x0, box[0])) * Math.max(0, Math.min(bottom, box[3]) - Math.max(top, box[1]));
  const own = regionsHere(desk).filter((one) => one.grid === grid && shared(one.box) > 0);
  return own.sort((a, b) => shared(b.box) - shared(a.box))[0]?.box ?? null;
}

function place(desk, grid, was, box) {
  desk.region = null;
  desk.leaf = desk.page;
  desk.edit({ edit: "region", page: desk.page, grid, was, box });
  desk.root.focus();
}

const placeDrawn = (desk, { grid, box }) => place(desk, grid, covered(desk, grid, box), box);

function showBoth(desk) {
  desk.views.focus.show();
  desk.views.page.over();
}

// What is asked while a region is drawn.
export function regionPanel(desk) {
  const { region } = desk;
  const grids = element("select", { "data-region": "grid", "aria-label": desk.say("region_is") },
    ...desk.state.forms.map((one) => element("option", { value: one.grid }, desk.gridTitle(one.grid))));
  grids.value = region.grid;
  grids.addEventListener("change", () => { region.grid = grids.value; desk.root.focus(); });
  const set = button({ "data-do": "region_set", disabled: region.box ? null : "" }, () => placeDrawn(desk, region), desk.say("region_set"));
  const none = regionsHere(desk).map((one) =>
    button({ "data-none": one.grid }, () => place(desk, one.grid, one.box, null), desk.say("region_none", desk.gridTitle(one.grid))));
  return [element("p", {}, desk.say("region")), element("p", {}, element("label", {}, desk.say("region_is"), " ", grids), " ", set), element("p", {}, ...none)];
}

// Arrows move the box, with Shift its lower right corner; it begins where the table was detected, or in mid-page.
export function regionKey(desk, event) {
  const step = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, -NUDGE], ArrowDown: [0, NUDGE] }[event.key];
  const { region } = desk;
  const page = desk.leafOf(desk.page);
  if (event.key === "Enter" && region.box) placeDrawn(desk, region);
  else if (step && page) {
    const own = regionsHere(desk).find((one) => one.grid === region.grid)?.box;
    const box = region.box ?? own ?? [0.1 * page.width, 0.2 * page.height, 0.9 * page.width, 0.5 * page.height];
    const within = (edge, i) => Math.round(Math.min(Math.max(edge, 0), i % 2 ? page.height : page.width) * 100) / 100;
    const moved = box.map((edge, i) => within(edge + (event.shiftKey && i < 2 ? 0 : step[i % 2]), i));
    if (moved[2] - moved[0] >= NUDGE && moved[3] - moved[1] >= NUDGE) region.box = moved;
    showBoth(desk);
  } else return false;
  return true;
}

// A box drawn by mouse, from where it went down on the sheet.
export function drawRegion(desk, sheet, event) {
  const frame = sheet.getBoundingClientRect();
  const at = (moved) => [(moved.clientX - frame.left) / desk.scale, (moved.clientY - frame.top) / desk.scale].map((edge) => Math.round(edge * 100) / 100);
  const start = at(event);
  const stretched = (moved) => {
    const end = at(moved);
    desk.region.box = [0, 1].map((i) => Math.min(start[i], end[i])).concat([0, 1].map((i) => Math.max(start[i], end[i])));
    desk.views.page.over();
  };
  const done = () => {
    window.removeEventListener("pointermove", stretched);
    window.removeEventListener("pointerup", done);
    const box = desk.region?.box;
    if (box && (box[2] - box[0] < NUDGE || box[3] - box[1] < NUDGE)) desk.region.box = null;
    showBoth(desk);
  };
  event.preventDefault();
  event.stopPropagation();
  window.addEventListener("pointermove", stretched);
  window.addEventListener("pointerup", done);
}
