// The page: its picture as large as somebody wants it, moved about by mouse, and what lies over it.
import { drawn, element } from "./elements.js";
import { overlay } from "./overlay.js";
import { drawRegion } from "./regions.js";

export function pageView(desk) {
  const viewer = element("div", { class: "viewer" });
  const sheet = element("div", { class: "sheet" });
  viewer.append(sheet);
  const over = overlay(desk, sheet);
  const ended = new AbortController();
  let zoom = null;      // pixels per point, where somebody zoomed; else the page is as wide as its half
  let revision = null;  // of the document as shown

  async function show(zoomed) {
    const info = desk.leafOf(wantedPage(desk));
    if (!info) { sheet.replaceChildren(element("p", { class: "empty" }, desk.say("no_pages"))); return; }
    if (desk.page !== info.number || revision !== desk.state.revision || zoomed) {
      desk.page = info.number;
      revision = desk.state.revision;
      const image = await desk.picture(info.number).catch(() => null);
      if (desk.page !== info.number) return;
      desk.scale = zoom ?? Math.min(Math.max((viewer.clientWidth - 16) / info.width, 0.6), 2.5);
      sheet.style.width = `${info.width * desk.scale}px`;
      sheet.style.height = `${info.height * desk.scale}px`;
      sheet.replaceChildren(...(image ? [image] : [element("p", { class: "empty" }, desk.say("no_picture"))]),
        drawn("svg", { viewBox: `0 0 ${info.width} ${info.height}`, class: "over" }));
      if (image) { image.className = "picture"; image.alt = desk.say("page", info.number); }
    }
    over.show();
    intoSight();
  }

  function intoSight() {
    const { selected, printed, scale } = desk;
    const box = desk.byId.get(selected)?.box ?? (printed ? desk.printedAt(printed)?.box : null);
    if (!box || desk.leaf !== null) return;
    const [x, y] = [(box[0] + box[2]) / 2 * scale, (box[1] + box[3]) / 2 * scale];
    const inside = x > viewer.scrollLeft && x < viewer.scrollLeft + viewer.clientWidth && y > viewer.scrollTop && y < viewer.scrollTop + viewer.clientHeight;
    if (!inside) viewer.scrollTo(x - viewer.clientWidth / 2, y - viewer.clientHeight / 2);
  }

  function magnify(by) {
    zoom = Math.min(Math.max(desk.scale * by, 0.4), 6);
    show(true);
  }

  viewer.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    magnify(event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }, { passive: false });

  sheet.addEventListener("pointerdown", (event) => { if (desk.region) drawRegion(desk, sheet, event); }, { capture: true });
  let panning = null;
  sheet.addEventListener("pointerdown", (event) => { if (!event.target.closest(".grip")) panning = [event.clientX, event.clientY]; });
  window.addEventListener("pointermove", (event) => {
    if (!panning || !event.buttons) { panning = null; return; }
    viewer.scrollBy(panning[0] - event.clientX, panning[1] - event.clientY);
    panning = [event.clientX, event.clientY];
  }, { signal: ended.signal });

  const watch = new ResizeObserver(() => { if (zoom === null) show(true); });
  return {
    element: viewer, show, magnify, over: over.draw,
    watch: () => watch.observe(viewer),
    close: () => { ended.abort(); watch.disconnect(); },
  };
}

// That which was turned to, that of the cell in hand, or the first with a table.
function wantedPage(desk) {
  const { state, printed } = desk;
  return desk.leaf ?? desk.byId.get(desk.selected)?.page ?? state.grids[printed?.[0] ?? 0]?.page ?? (state.pages.find((one) => one.tables) ?? state.pages[0])?.number;
}
