// The cell in question: its picture, what it may be, and the sums that it is in.
import { assigning } from "./assigning.js";
import { button, element } from "./elements.js";
import { regionPanel } from "./regions.js";
import { balance, written } from "./sums.js";

const AIR = 6; // points around a cell that its picture shows, too

export function focusView(desk) {
  const focus = element("div", { class: "focus" });
  return { element: focus, show: () => focus.replaceChildren(...focusParts(desk)) };
}

function focusParts(desk) {
  const cell = desk.byId.get(desk.selected);
  if (desk.region) return regionPanel(desk);
  const assigned = element("div", { class: "assign" }, ...assigning(desk));
  if (!cell) return [element("p", { class: "empty" }, desk.flagged().length ? "" : desk.say("done")), assigned];
  const legend = desk.state.legend.find((one) => one.status === cell.status);
  const crop = element("canvas", { class: "crop", width: "0", height: "0" });
  if (cell.box) cropped(desk, cell, crop);
  const { typed } = desk;
  const now = desk.standing(cell);
  return [
    element("div", { class: "what", "data-of": cell.id }, element("span", { class: `chip s-${cell.status}` }, `${legend.mark} ${legend[desk.lang]}`),
      element("b", {}, desk.nameOf(cell))),
    element("div", { class: "asked" },
      cell.box ? crop : element("p", { class: "empty" }, desk.say("no_picture")),
      element("div", {},
        element("div", { class: "entry" }, element("output", { class: typed === null ? "value" : "value typing" }, now ?? ""),
          element("small", {}, typed === null ? "" : desk.say("type")),
          cell.first === null ? "" : element("small", {}, `${desk.say("first")} ${cell.first}`)),
        element("ol", { class: "candidates" }, ...cell.candidates.map((one, i) => candidate(desk, one, i, now))))),
    element("div", { class: "sums" }, ...cell.identities.map((id) => sum(desk, identityOf(desk, id), cell, now))),
    element("ul", { class: "reasons" }, ...cell.reasons.map((reason) => element("li", {}, reason[desk.lang]))),
    assigned,
  ];
}

function candidate(desk, one, i, now) {
  const pick = () => { desk.typed = null; desk.picked = one.value; desk.views.focus.show(); desk.root.focus(); };
  const picked = one.value === now && desk.typed === null;
  return element("li", {}, button({ class: picked ? "picked" : "", tabindex: "-1" }, pick,
    element("kbd", {}, String(i + 1)), element("b", {}, one.value),
    element("small", {}, desk.say(`from_${one.from}`), one.share === null ? "" : ` ${one.share}`,
      one.sums ? ` ${desk.listing(one.sums.map((id) => sumName(desk, id)))}` : "")));
}

const identityOf = (desk, id) => desk.state.identities.find((one) => one.id === id);

// The row or column of a sum, short; its name, too, where that is of the language.
function sumName(desk, id) {
  const { name, where } = identityOf(desk, id);
  return desk.lang === "zh" ? where.zh.split(" / ").at(-1) : `${name}:${where.en}`;
}

function sum(desk, identity, cell, now) {
  const { byId, lang } = desk;
  const [left, right] = balance(identity, cell.id, now, byId);
  const known = left !== null && right !== null;
  const holds = known && left === right;
  const names = (members) => members.filter((one) => one.id === cell.id || members.length <= 3 || (byId.get(one.id)?.value ?? "0") !== "0")
    .map((one) => `${one[lang]} ${one.id === cell.id ? now ?? "" : byId.get(one.id)?.value ?? ""}`).join(" + ");
  return element("p", { class: known ? (holds ? "holds" : "fails") : "open", "data-identity": identity.id, "data-holds": String(known ? holds : null) },
    element("b", {}, known ? (holds ? "✓ " : "✗ ") : "? "), `${identity.name} · ${identity.where[lang]}: `,
    `${names(identity.left)} = ${known ? written(left) : "?"} ${holds ? "=" : "≠"} ${known ? written(right) : "?"} = ${names(identity.right)} `,
    element("i", {}, known ? (holds ? "" : desk.say("lacks", written(left > right ? left - right : right - left))) : desk.say("unevaluated")));
}

async function cropped(desk, cell, canvas) {
  const info = desk.leafOf(cell.page);
  if (!info) return;
  let image;
  try { image = await desk.picture(cell.page); } catch { return; }
  // The cell itself is as printed, what is around it is veiled.
  const dots = image.naturalWidth / info.width;
  const box = [cell.box[0] - AIR, cell.box[1] - AIR, cell.box[2] + AIR, cell.box[3] + AIR];
  const [left, top, width, height] = [box[0] * dots, box[1] * dots, (box[2] - box[0]) * dots, (box[3] - box[1]) * dots];
  const enlarged = Math.min(2, 420 / width, 150 / height);
  canvas.width = Math.round(width * enlarged);
  canvas.height = Math.round(height * enlarged);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
  const air = AIR * dots * enlarged;
  pen.fillStyle = "rgba(255, 255, 255, .6)";
  pen.beginPath();
  pen.rect(0, 0, canvas.width, canvas.height);
  pen.rect(air, air, canvas.width - 2 * air, canvas.height - 2 * air);
  pen.fill("evenodd");
}
