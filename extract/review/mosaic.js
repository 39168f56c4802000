// Group verification in the local page: crops of all cells that were read alike, the least sure first, by keyboard alone.
// Text of a document is shown by textContent.
import { element } from "./elements.js";

const WORDS = {
  title: { zh: "成组核对", en: "Group verification" },
  back: { zh: "返回列表", en: "Back to the list" },
  keys: { zh: "按键", en: "Keys" },
  scope: { zh: "范围", en: "Cells" },
  by: { zh: "分组", en: "Groups" },
  unproved: { zh: "图像中读出、勾稽未证明的格", en: "from images, proved by no sum" },
  images: { zh: "图像中读出的全部格", en: "all from images" },
  all: { zh: "全部格", en: "all" },
  value: { zh: "按数", en: "by number" },
  digit: { zh: "按数字字符", en: "by digit" },
  blank: { zh: "空白", en: "blank" },
  unreadable: { zh: "未读出", en: "not read" },
  rare: { zh: "少见的数", en: "rare numbers" },
  looked: { zh: "已看 {n} / {m}", en: "{n} of {m} looked at" },
  group_looked: { zh: "本组 {n} / {m}", en: "this group {n} of {m}" },
  page: { zh: "第 {n} / {m} 屏", en: "screen {n} of {m}" },
  empty: { zh: "这个范围内没有格。按 s 换范围。", en: "There are no such cells here: s shows others." },
  read_as: { zh: "读作", en: "read as" },
  score: { zh: "把握", en: "score" },
  or: { zh: "或", en: "or" },
  said: { zh: "改为", en: "set to" },
  doubt: { zh: "存疑", en: "in doubt" },
  type: { zh: "输入", en: "type" },
  no_picture: { zh: "无图", en: "no picture" },
  working: { zh: "处理中…", en: "working…" },
  saved: { zh: "已保存", en: "saved" },
};

const KEYS = [
  ["← ↑ → ↓", "选一格", "choose a cell"],
  ["Enter", "这一屏都看过了，没有别的不对；转到下一屏", "nothing else is wrong on this screen: looked at, go to the next"],
  ["f", "这一格存疑（再读时标出）", "the cell is in doubt: later runs flag it"],
  ["0–9 . Enter", "改为输入的数", "type the right number, confirm it"],
  ["b", "这一格是空白", "the cell is blank"],
  ["u / Ctrl+Z", "撤销上一次改动", "take the last change back"],
  ["o", "打开这份文件的这一格", "open the document at this cell"],
  ["PageUp / PageDown", "上一屏 / 下一屏", "screen before, screen after"],
  ["[ / ]", "上一组 / 下一组", "group before, group after"],
  ["d", "按数 / 按数字字符分组", "groups by number, by digit"],
  ["s", "换范围", "show other cells"],
  ["+ / -", "放大 / 缩小", "larger, smaller"],
  ["Esc", "放弃输入；返回列表", "stop typing; back to the list"],
];

const SCOPES = ["unproved", "images", "all"];

export async function mosaic(home, link, kept = {}) {
  const at = { by: "value", scope: "unproved", group: null, start: null, size: 1, key: null, ...kept };
  let lang = link.lang ?? "zh";
  let groups = [];
  let total = { cells: 0, seen: 0 };
  let tiles = [];
  let chosen = 0;
  let typed = null;
  let told = "";
  let help = false;
  let pending = 0;
  let queue = Promise.resolve();
  let columns = 1;
  let size = 1;

  const say = (key, n, m) => WORDS[key][lang].replace("{n}", () => n).replace("{m}", () => m);
  const root = element("section", { class: "gk gk-mosaic", tabindex: "0", "aria-label": "gongkai" });
  const bar = element("header", {});
  const chips = element("nav", { class: "groups" });
  const field = element("div", { class: "tiles", role: "listbox" });
  const foot = element("footer", {});
  root.append(bar, chips, field, foot);
  home.replaceChildren(root);

  // One after the other, so that what was typed is done in its order; keys are answered before.
  function ask(message, after) {
    pending += 1;
    showBar();
    queue = queue.then(async () => {
      try {
        const answer = await link.call({ mosaic: { by: at.by, scope: at.scope, ...message } });
        told = answer.error ?? "";
        if (!told) after?.(answer);
      } catch (error) {
        told = error.message;
      }
      pending -= 1;
      showBar();
    });
    return queue;
  }

  const own = () => groups.find((one) => one.group === at.group);
  const name = (group) => (group in WORDS && !/^\d/.test(group) ? say(group) : group);

  function take(answer) {
    groups = answer.groups;
    total = answer;
    if (!own()) { at.group = groups[0]?.group ?? null; at.start = null; }
    showChips();
  }

  function measure() {
    const [width, height] = at.by === "digit" ? [56, 76] : [132, 78];
    const zoom = at.size;
    field.style.setProperty("--w", `${Math.round(width * zoom)}px`);
    field.style.setProperty("--h", `${Math.round(height * zoom)}px`);
    columns = Math.max(1, Math.floor((field.clientWidth - 16 + 4) / (Math.round(width * zoom) + 4)));
    const rows = Math.max(1, Math.floor((field.clientHeight - 16 + 4) / (Math.round(height * zoom) + 4)));
    size = Math.min(columns * rows, 200);
    field.style.setProperty("--n", String(columns));
  }

  // The groups anew, and the screen of the one that is open.
  function load() {
    return ask({ op: "groups" }, (answer) => { take(answer); if (at.group === null) { tiles = []; show(); } else turn(at.start); });
  }

  // What is typed while a screen is on its way must not go to a cell of the one before.
  function turn(start) {
    measure();
    tiles = [];
    typed = null;
    field.replaceChildren();
    showFoot();
    return ask({ op: "tiles", group: at.group, start, size }, (answer) => {
      tiles = answer.tiles;
      at.start = answer.start;
      chosen = Math.max(0, tiles.findIndex((one) => one.key === at.key));
      at.key = null;
      typed = null;
      show();
      ahead();
    });
  }

  // The pictures of the next screen are drawn while this one is looked at.
  async function ahead() {
    const next = at.start + size;
    if (next >= (own()?.cells ?? 0)) return;
    const answer = await link.call({ mosaic: { op: "tiles", by: at.by, scope: at.scope, group: at.group, start: next, size } }).catch(() => ({}));
    await Promise.allSettled([...field.querySelectorAll("img")].map((image) => image.decode()));
    for (const tile of answer.tiles ?? []) { const image = new Image(); image.src = link.crop(tile); await image.decode().catch(() => {}); if (at.start + size !== next) return; }
  }

  function group(step) {
    const place = groups.indexOf(own());
    if (!groups.length) return;
    at.group = groups[(place + step + groups.length) % groups.length].group;
    at.start = null;
    showChips();
    turn(null);
  }

  function screen(step) {
    const next = at.start + step * size;
    if (next < 0) return;
    if (next >= (own()?.cells ?? 0)) group(1); else turn(next);
  }

  function looked() {
    if (!tiles.length) return;
    ask({ op: "looked", cells: tiles.map((one) => [one.key, one.place]) }, (answer) => {
      for (const one of tiles) one.seen = true;
      take(answer);
      const left = own() && at.start + size < own().cells;
      if (left) turn(at.start + size);
      else {
        const open = groups.find((one) => one.seen < one.cells);
        if (open) { at.group = open.group; at.start = null; showChips(); turn(null); } else show();
      }
    });
  }

  function speak(what) {
    const tile = tiles[chosen];
    if (!tile) return;
    for (const one of tiles) if (one.key === tile.key) one.said = what.doubt ? "doubt" : what.value ?? "blank";
    typed = null;
    ask({ op: "say", cell: tile.key, ...what }, (answer) => put(answer.tile)).then(() => { if (told) turn(at.start); });
    choose(Math.min(chosen + 1, tiles.length - 1));
  }

  function put(told_) {
    for (const one of tiles) if (one.key === told_.key) { one.said = told_.said; draw(one); }
    showFoot();
  }

  // --- keys ---

  function key(event) {
    if (event.target.closest("select")) return;
    const control = event.ctrlKey || event.metaKey;
    let used = true;
    if (control && event.key.toLowerCase() === "z") ask({ op: "unsay" }, (answer) => put(answer.tile));
    else if (control || event.altKey) used = false;
    else if (event.target.closest("button") && (event.key === "Enter" || event.key === " ")) used = false;
    else if (/^[0-9]$/.test(event.key)) { typed = ((typed ?? "") + event.key).slice(0, 28); showFoot(); }
    else if (event.key === "." && typed !== null && !typed.includes(".")) { typed += "."; showFoot(); }
    else if (event.key === "Backspace" && typed !== null) { typed = typed.slice(0, -1) || null; showFoot(); }
    else if (event.key === "Enter") { if (typed === null) looked(); else speak({ value: typed.replace(/^0+(?=\d)/, "").replace(/\.$/, "") }); }
    else if (event.key === "Escape") { if (help) { help = false; showBar(); } else if (typed !== null) { typed = null; showFoot(); } else link.back(); }
    else if (event.key === "f") speak({ doubt: true });
    else if (event.key === "b") speak({ value: null });
    else if (event.key === "u") ask({ op: "unsay" }, (answer) => put(answer.tile));
    else if (event.key === "o" && tiles[chosen]) open(tiles[chosen]);
    else if (event.key === "ArrowLeft") choose(chosen - 1);
    else if (event.key === "ArrowRight") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - columns);
    else if (event.key === "ArrowDown") choose(chosen + columns);
    else if (event.key === "PageDown") screen(1);
    else if (event.key === "PageUp") screen(-1);
    else if (event.key === "]") group(1);
    else if (event.key === "[") group(-1);
    else if (event.key === "d") regroup({ by: at.by === "digit" ? "value" : "digit" });
    else if (event.key === "s") regroup({ scope: SCOPES[(SCOPES.indexOf(at.scope) + 1) % SCOPES.length] });
    else if (event.key === "+" || event.key === "=") enlarge(1.25);
    else if (event.key === "-") enlarge(0.8);
    else if (event.key === "?") { help = !help; showBar(); }
    else used = false;
    if (used) { event.preventDefault(); event.stopPropagation(); }
  }
  root.addEventListener("keydown", key);

  function regroup(how) {
    Object.assign(at, how, { start: null });
    load();
  }

  function enlarge(by) {
    at.size = Math.min(Math.max(at.size * by, 0.6), 3);
    if (at.group !== null) turn(null);
  }

  function choose(place) {
    if (!tiles[place]) return;
    typed = null;
    const before = chosen;
    chosen = place;
    for (const one of [before, chosen]) if (tiles[one]) draw(tiles[one]);
    showFoot();
  }

  function open(tile) {
    link.open(tile.document, tile.cell, { ...at, key: tile.key });
  }

  // --- showing ---

  function button(key, go) {
    const made = element("button", { type: "button", "data-do": key }, say(key));
    made.addEventListener("click", () => { go(); root.focus(); });
    return made;
  }

  function choice(label, values, value, change) {
    const select = element("select", { "aria-label": say(label), "data-choice": label }, ...values.map((one) => element("option", { value: one }, say(one))));
    select.value = value;
    select.addEventListener("change", () => { change(select.value); root.focus(); });
    return select;
  }

  function showBar() {
    const group = own();
    const language = element("button", { type: "button", "data-do": "language" }, lang === "zh" ? "English" : "中文");
    language.addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; link.spoken?.(lang); showChips(); show(); root.focus(); });
    bar.replaceChildren(
      button("back", link.back), element("b", { class: "name" }, say("title")),
      choice("by", ["value", "digit"], at.by, (by) => regroup({ by })),
      choice("scope", SCOPES, at.scope, (scope) => regroup({ scope })),
      element("span", { class: "left", "data-seen": String(total.seen), "data-cells": String(total.cells) }, say("looked", total.seen, total.cells)),
      element("span", {}, group ? say("group_looked", group.seen, group.cells) : ""),
      element("span", {}, group && at.start !== null ? say("page", Math.floor(at.start / size) + 1, Math.max(1, Math.ceil(group.cells / size))) : ""),
      element("span", { class: "how", role: "status", "data-pending": String(pending) }, pending ? say("working") : say("saved")),
      language, button("keys", () => { help = !help; showBar(); }),
      ...(told ? [element("p", { class: "told", role: "alert" }, told)] : []),
      ...(help ? [element("dl", { class: "help" }, ...KEYS.flatMap(([k, zh, en]) => [element("dt", {}, k), element("dd", {}, lang === "zh" ? zh : en)]))] : []));
  }

  function showChips() {
    chips.replaceChildren(...groups.map((one) => {
      const made = element("button", { type: "button", tabindex: "-1", "data-group": one.group,
        class: `${one.group === at.group ? "picked" : ""} ${one.seen === one.cells ? "done" : ""}` },
      element("b", {}, name(one.group)), element("small", {}, `${one.seen}/${one.cells}`));
      made.addEventListener("click", () => { at.group = one.group; at.start = null; showChips(); turn(null); root.focus(); });
      return made;
    }));
    const picked = chips.querySelector(".picked");
    if (picked) chips.scrollTop = Math.max(0, picked.offsetTop - chips.offsetTop - 30);
  }

  function show() {
    showBar();
    field.replaceChildren(...(tiles.length ? tiles.map((tile) => draw(tile)) : [element("p", { class: "empty" }, say("empty"))]));
    showFoot();
  }

  // What stands under a picture: the number where the group does not say it, the digit in question set apart in it.
  function caption(tile) {
    if (tile.said !== null) return [element("b", { class: "said" }, tile.said === "doubt" ? say("doubt") : `→ ${name(tile.said)}`)];
    if (at.by === "value") return ["rare", "unreadable"].includes(at.group) ? [tile.value || name(at.group)] : [];
    const text = tile.of ? tile.text.replaceAll(" ", "") : tile.value;
    return tile.place ? [text.slice(0, tile.place - 1), element("b", {}, text[tile.place - 1]), text.slice(tile.place)] : [text];
  }

  function draw(tile) {
    const place = tiles.indexOf(tile);
    const made = element("div", { role: "option", "data-key": String(tile.key), "aria-selected": String(place === chosen),
      class: `tile ${place === chosen ? "chosen" : ""} ${tile.seen ? "seen" : ""} ${tile.said === null ? "" : tile.said === "doubt" ? "doubted" : "changed"}` });
    const picture = tile.picture ?? element("img", { alt: tile.value, loading: "lazy", decoding: "async" });
    if (!tile.picture) {
      picture.addEventListener("error", () => { tile.picture = element("span", { class: "none" }, say("no_picture")); picture.replaceWith(tile.picture); }, { once: true });
      picture.src = link.crop(tile);
      tile.picture = picture;
    }
    made.append(picture, element("span", { class: "caption" }, ...caption(tile)));
    made.addEventListener("click", () => { choose(tiles.indexOf(tile)); root.focus(); });
    made.addEventListener("dblclick", () => open(tile));
    tile.shown?.replaceWith(made);
    tile.shown = made;
    return made;
  }

  function showFoot() {
    const tile = tiles[chosen];
    if (!tile) { foot.replaceChildren(); return; }
    const rivals = tile.alternatives.filter(([text]) => text !== tile.value).map(([text, share]) => `${text} (${share})`).join(", ");
    foot.replaceChildren(
      element("img", { class: "large", alt: "", src: link.crop({ ...tile, place: 0, of: 0 }) }),
      element("output", { class: typed === null ? "value" : "value typing" }, typed ?? ""),
      element("div", {},
        element("p", {}, element("b", {}, tile.name), ` ${[tile.agency, tile.year].filter(Boolean).join(" ")} · p. ${tile.page}`),
        element("p", {}, lang === "zh" ? `${tile.row_label} × ${tile.column_label}` : tile.cell),
        element("p", {}, `${say("read_as")} `, element("b", { class: "read" }, tile.value || name(tile.status === "unreadable" ? "unreadable" : "blank")),
          ` · ${tile.status_name[lang]} · ${say("score")} ${tile.score}${rivals ? ` · ${say("or")} ${rivals}` : ""}`,
          tile.said === null ? "" : ` · ${tile.said === "doubt" ? say("doubt") : `${say("said")} ${name(tile.said)}`}`)));
  }

  // A window of another size shows other tiles on a screen: the one in hand stays in sight.
  let resized = null;
  const watch = new ResizeObserver(() => {
    const before = size;
    measure();
    if (size === before || at.start === null || !tiles.length) return;
    clearTimeout(resized);
    resized = setTimeout(() => { at.key = tiles[chosen]?.key ?? null; turn(Math.floor((at.start + chosen) / size) * size); }, 150);
  });

  await load();
  await queue;
  if (root.isConnected) watch.observe(field);
  root.focus();
}
