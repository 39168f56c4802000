// The wall of group verification: what the server says of groups and their cells, what somebody has in hand, and how
// anything is asked. The one object that its parts share.
import { WORDS } from "./wallwords.js";

export const SCOPES = ["unproved", "images", "all"];

const PLAIN = [132, 78]; // pixels of a tile, and of one that shows a single digit
const DIGIT = [56, 76];
const [GAP, PADDING, MOST] = [4, 8, 200]; // pixels between tiles and around all of them, and tiles of a screen

export class Wall {
  // `root` takes the keys, `field` the tiles; `link` is as for `mosaic`, and `kept` where somebody was before.
  constructor(root, field, link, kept) {
    this.root = root;
    this.field = field;
    this.link = link;
    this.views = null;        // {bar, chips, field, foot}: each can `show` what has changed
    this.lang = link.lang ?? "zh";
    // Where somebody is: which groups, which of them, its first cell on the screen; `key` is the cell to come back to.
    this.at = { by: "value", scope: "unproved", group: null, start: null, size: 1, key: null, ...kept };
    // What is known.
    this.groups = [];
    this.total = { cells: 0, seen: 0 };
    this.tiles = [];          // those on the screen
    // What is asked.
    this.queue = Promise.resolve();
    this.pending = 0;
    this.told = "";
    // What is in hand.
    this.chosen = 0;          // place of a tile on the screen
    this.typed = null;
    this.help = false;
    // What fits on a screen.
    this.columns = 1;
    this.size = 1;
  }

  // --- words ---

  say(key, n, m) { return WORDS[key][this.lang].replace("{n}", () => n).replace("{m}", () => m); }

  name(group) { return group in WORDS && !/^\d/.test(group) ? this.say(group) : group; }

  // --- asking ---

  // One after the other, so that what was typed is done in its order; keys are answered before.
  ask(message, after) {
    this.pending += 1;
    this.views.bar.show();
    this.queue = this.queue.then(async () => {
      try {
        const answer = await this.link.call({ mosaic: { by: this.at.by, scope: this.at.scope, ...message } });
        this.told = answer.error ?? "";
        if (!this.told) after?.(answer);
      } catch (error) {
        this.told = error.message;
      }
      this.pending -= 1;
      this.views.bar.show();
    });
    return this.queue;
  }

  take(answer) {
    this.groups = answer.groups;
    this.total = answer;
    if (!this.own()) this.go(this.groups[0]?.group ?? null);
    this.views.chips.show();
  }

  // --- groups and their screens ---

  own() { return this.groups.find((one) => one.group === this.at.group); }

  go(group) { Object.assign(this.at, { group, start: null }); }

  measure() {
    const [width, height] = (this.at.by === "digit" ? DIGIT : PLAIN).map((side) => Math.round(side * this.at.size));
    const fit = (room, side) => Math.max(1, Math.floor((room - 2 * PADDING + GAP) / (side + GAP)));
    this.columns = fit(this.field.clientWidth, width);
    this.size = Math.min(this.columns * fit(this.field.clientHeight, height), MOST);
    for (const [name, value] of [["--w", `${width}px`], ["--h", `${height}px`], ["--n", String(this.columns)]]) this.field.style.setProperty(name, value);
  }

  // The groups anew, and the screen of the one that is open.
  load() {
    return this.ask({ op: "groups" }, (answer) => {
      this.take(answer);
      if (this.at.group === null) { this.tiles = []; this.show(); } else this.turn(this.at.start);
    });
  }

  // What is typed while a screen is on its way must not go to a cell of the one before.
  turn(start) {
    this.measure();
    this.tiles = [];
    this.typed = null;
    this.field.replaceChildren();
    this.views.foot.show();
    return this.ask({ op: "tiles", group: this.at.group, start, size: this.size }, (answer) => {
      this.tiles = answer.tiles;
      this.at.start = answer.start;
      this.chosen = Math.max(0, this.tiles.findIndex((one) => one.key === this.at.key));
      this.at.key = null;
      this.typed = null;
      this.show();
      this.ahead();
    });
  }

  // The pictures of the next screen are drawn while this one is looked at.
  async ahead() {
    const { by, scope, group, start } = this.at;
    const next = start + this.size;
    if (next >= (this.own()?.cells ?? 0)) return;
    const answer = await this.link.call({ mosaic: { op: "tiles", by, scope, group, start: next, size: this.size } }).catch(() => ({}));
    await Promise.allSettled([...this.field.querySelectorAll("img")].map((image) => image.decode()));
    for (const tile of answer.tiles ?? []) {
      const image = new Image();
      image.src = this.link.crop(tile);
      await image.decode().catch(() => {});
      if (this.at.start + this.size !== next) return;
    }
  }

  open(group) {
    this.go(group);
    this.views.chips.show();
    this.turn(null);
  }

  group(step) {
    if (!this.groups.length) return;
    const place = this.groups.indexOf(this.own());
    this.open(this.groups[(place + step + this.groups.length) % this.groups.length].group);
  }

  screen(step) {
    const next = this.at.start + step * this.size;
    if (next < 0) return;
    if (next >= (this.own()?.cells ?? 0)) this.group(1); else this.turn(next);
  }

  regroup(how) {
    Object.assign(this.at, how, { start: null });
    this.load();
  }

  enlarge(by) {
    this.at.size = Math.min(Math.max(this.at.size * by, 0.6), 3);
    if (this.at.group !== null) this.turn(null);
  }

  // A window of another size shows other tiles on a screen: the one in hand stays in sight.
  resized() {
    this.at.key = this.tiles[this.chosen]?.key ?? null;
    this.turn(Math.floor((this.at.start + this.chosen) / this.size) * this.size);
  }

  // --- what is said of cells ---

  // All of the screen were looked at: on to the next, of this group or of the first that is not looked through.
  looked() {
    if (!this.tiles.length) return;
    this.ask({ op: "looked", cells: this.tiles.map((one) => [one.key, one.place]) }, (answer) => {
      for (const one of this.tiles) one.seen = true;
      this.take(answer);
      const next = this.at.start + this.size;
      const unfinished = this.groups.find((one) => one.seen < one.cells);
      if (this.own() && next < this.own().cells) this.turn(next);
      else if (unfinished) this.open(unfinished.group);
      else this.show();
    });
  }

  speak(what) {
    const tile = this.tiles[this.chosen];
    if (!tile) return;
    for (const one of this.tiles) if (one.key === tile.key) one.said = what.doubt ? "doubt" : what.value ?? "blank";
    this.typed = null;
    this.ask({ op: "say", cell: tile.key, ...what }, (answer) => this.put(answer.tile)).then(() => { if (this.told) this.turn(this.at.start); });
    this.choose(Math.min(this.chosen + 1, this.tiles.length - 1));
  }

  unsay() { this.ask({ op: "unsay" }, (answer) => this.put(answer.tile)); }

  put(told) {
    for (const one of this.tiles) if (one.key === told.key) { one.said = told.said; this.views.field.draw(one); }
    this.views.foot.show();
  }

  choose(place) {
    if (!this.tiles[place]) return;
    this.typed = null;
    const before = this.chosen;
    this.chosen = place;
    for (const one of [before, place]) if (this.tiles[one]) this.views.field.draw(this.tiles[one]);
    this.views.foot.show();
  }

  type(typed) { this.typed = typed; this.views.foot.show(); }

  // The document of a cell, at that cell; from there one comes back to it here.
  document(tile) { this.link.open(tile.document, tile.cell, { ...this.at, key: tile.key }); }

  // --- showing ---

  toggleHelp() { this.help = !this.help; this.views.bar.show(); }

  show() { for (const view of ["bar", "field", "foot"]) this.views[view].show(); }
}
