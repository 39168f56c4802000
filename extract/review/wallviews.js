// What the wall shows: the bar, the groups, the tiles of a screen, and the cell in hand below them.
import { button, element } from "./elements.js";
import { SCOPES } from "./wall.js";
import { KEYS } from "./wallwords.js";

const view = (made, parts) => ({ element: made, show: () => made.replaceChildren(...parts()) });

export const barView = (wall) => view(element("header", {}), () => barParts(wall));

export const footView = (wall) => view(element("footer", {}), () => footParts(wall));

export function chipsView(wall) {
  const chips = element("nav", { class: "groups" });
  return { element: chips, show: () => {
    chips.replaceChildren(...wall.groups.map((one) => chip(wall, one)));
    const picked = chips.querySelector(".picked");
    if (picked) chips.scrollTop = Math.max(0, picked.offsetTop - chips.offsetTop - 30);
  } };
}

export function fieldView(wall) {
  const draw = (tile) => drawn(wall, tile);
  const tiles = () => (wall.tiles.length ? wall.tiles.map(draw) : [element("p", { class: "empty" }, wall.say("empty"))]);
  return { draw, show: () => wall.field.replaceChildren(...tiles()) };
}

// --- the bar ---

function barParts(wall) {
  const { at, link, lang, pending, total } = wall;
  const group = wall.own();
  const back = (go) => () => { go(); wall.root.focus(); };
  const does = (key, go) => button({ "data-do": key }, back(go), wall.say(key));
  const speak = () => { wall.lang = lang === "zh" ? "en" : "zh"; link.spoken?.(wall.lang); wall.views.chips.show(); wall.show(); };
  return [
    does("back", link.back), element("b", { class: "name" }, wall.say("title")),
    choice(wall, "by", ["value", "digit"]), choice(wall, "scope", SCOPES),
    element("span", { class: "left", "data-seen": String(total.seen), "data-cells": String(total.cells) }, wall.say("looked", total.seen, total.cells)),
    element("span", {}, group ? wall.say("group_looked", group.seen, group.cells) : ""),
    element("span", {}, group && at.start !== null ? wall.say("page", Math.floor(at.start / wall.size) + 1, Math.max(1, Math.ceil(group.cells / wall.size))) : ""),
    element("span", { class: "how", role: "status", "data-pending": String(pending) }, pending ? wall.say("working") : wall.say("saved")),
    button({ "data-do": "language" }, back(speak), lang === "zh" ? "English" : "中文"),
    does("keys", () => wall.toggleHelp()),
    ...(wall.told ? [element("p", { class: "told", role: "alert" }, wall.told)] : []),
    ...(wall.help ? [element("dl", { class: "help" }, ...KEYS.flatMap(([k, zh, en]) => [element("dt", {}, k), element("dd", {}, lang === "zh" ? zh : en)]))] : []),
  ];
}

// One of the ways to group, or of the cells that are.
function choice(wall, what, values) {
  const options = values.map((one) => element("option", { value: one }, wall.say(one)));
  const select = element("select", { "aria-label": wall.say(what), "data-choice": what }, ...options);
  select.value = wall.at[what];
  select.addEventListener("change", () => { wall.regroup({ [what]: select.value }); wall.root.focus(); });
  return select;
}

// --- the groups ---

function chip(wall, one) {
  const classes = `${one.group === wall.at.group ? "picked" : ""} ${one.seen === one.cells ? "done" : ""}`;
  const go = () => { wall.open(one.group); wall.root.focus(); };
  return button({ tabindex: "-1", "data-group": one.group, class: classes }, go,
    element("b", {}, wall.name(one.group)), element("small", {}, `${one.seen}/${one.cells}`));
}

// --- the tiles ---

// A tile takes its own place when it is drawn again; its picture is fetched once.
function drawn(wall, tile) {
  const place = wall.tiles.indexOf(tile);
  const said = tile.said === null ? "" : tile.said === "doubt" ? "doubted" : "changed";
  const made = element("div", { role: "option", "data-key": String(tile.key), "aria-selected": String(place === wall.chosen),
    class: `tile ${place === wall.chosen ? "chosen" : ""} ${tile.seen ? "seen" : ""} ${said}` });
  tile.picture ??= picture(wall, tile);
  made.append(tile.picture, element("span", { class: "caption" }, ...caption(wall, tile)));
  made.addEventListener("click", () => { wall.choose(wall.tiles.indexOf(tile)); wall.root.focus(); });
  made.addEventListener("dblclick", () => wall.document(tile));
  tile.shown?.replaceWith(made);
  tile.shown = made;
  return made;
}

function picture(wall, tile) {
  const image = element("img", { alt: tile.value, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => {
    tile.picture = element("span", { class: "none" }, wall.say("no_picture"));
    image.replaceWith(tile.picture);
  }, { once: true });
  image.src = wall.link.crop(tile);
  return image;
}

// What stands under a picture: the number where the group does not say it, the digit in question set apart in it.
function caption(wall, tile) {
  const { at } = wall;
  if (tile.said !== null) return [element("b", { class: "said" }, tile.said === "doubt" ? wall.say("doubt") : `→ ${wall.name(tile.said)}`)];
  if (at.by === "value") return ["rare", "unreadable"].includes(at.group) ? [tile.value || wall.name(at.group)] : [];
  const text = tile.of ? tile.text.replaceAll(" ", "") : tile.value;
  return tile.place ? [text.slice(0, tile.place - 1), element("b", {}, text[tile.place - 1]), text.slice(tile.place)] : [text];
}

// --- the cell in hand ---

function footParts(wall) {
  const { lang, typed } = wall;
  const tile = wall.tiles[wall.chosen];
  if (!tile) return [];
  const rivals = tile.alternatives.filter(([text]) => text !== tile.value).map(([text, share]) => `${text} (${share})`).join(", ");
  const read = tile.value || wall.name(tile.status === "unreadable" ? "unreadable" : "blank");
  const said = tile.said === "doubt" ? wall.say("doubt") : `${wall.say("said")} ${wall.name(tile.said ?? "")}`;
  return [
    element("img", { class: "large", alt: "", src: wall.link.crop({ ...tile, place: 0, of: 0 }) }),
    element("output", { class: typed === null ? "value" : "value typing" }, typed ?? ""),
    element("div", {},
      element("p", {}, element("b", {}, tile.name), ` ${[tile.agency, tile.year].filter(Boolean).join(" ")} · p. ${tile.page}`),
      element("p", {}, lang === "zh" ? `${tile.row_label} × ${tile.column_label}` : tile.cell),
      element("p", {}, `${wall.say("read_as")} `, element("b", { class: "read" }, read),
        ` · ${tile.status_name[lang]} · ${wall.say("score")} ${tile.score}${rivals ? ` · ${wall.say("or")} ${rivals}` : ""}`,
        tile.said === null ? "" : ` · ${said}`)),
  ];
}
