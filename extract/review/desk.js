// A document at the desk: what the server says of it, what somebody has in hand, and how anything is asked.
// The one object that the parts of the front end share; what they show is made of it.
import { WORDS } from "./words.js";

const LATE = 15_000; // milliseconds after which somebody who waits is told so

export const edgesOf = (grid, axis) => (axis === "column" ? grid.columns : grid.rows);

export class Desk {
  // `root` takes the keys; `link` is as for `mount`, and `first` the state to begin with.
  constructor(root, link, first) {
    this.root = root;
    this.link = link;
    this.views = null;        // {bar, tables, focus, page}: each can `show` what has changed
    this.lang = link.lang ?? "zh";
    // What is known of the document.
    this.state = first;
    this.ahead = new Map();   // values that were confirmed and are not answered yet, by cell
    this.byId = this.cells();
    this.pictures = new Map();
    // What is asked.
    this.queue = Promise.resolve();
    this.pending = 0;
    this.told = "";
    this.lost = false;        // whether the last that was asked may not have been done
    // What is in hand.
    this.selected = null;     // id of a cell
    this.printed = null;      // [grid, unit row, unit column] of the printed cell under the cursor
    this.anchor = null;       // where a selection of printed cells began
    this.typed = null;        // what is being typed; null while picking
    this.picked = null;       // the candidate that was picked for the cell in hand
    this.region = null;       // {box, grid} where a table is being drawn; box null before
    this.line = null;         // {grid, axis, index, at} of the line in hand
    // What is in sight.
    this.leaf = null;         // page that was turned to; null for that of the cell in hand
    this.page = null;         // number of the page that is shown
    this.scale = 1;           // its pixels per point
    this.help = false;
    this.listed = first.edits.some((one) => !one.applied);
  }

  // --- words ---

  say(key, n) { return WORDS[key][this.lang].replace("{n}", () => n); }

  title(table) { return this.state.tables.find((one) => one.table === table)?.title[this.lang] ?? table; }

  listing(names) { return names.join(this.lang === "zh" ? "、" : ", "); }

  gridTitle(grid) {
    const form = this.state.forms.find((one) => one.grid === grid);
    return form ? this.listing(form.tables.map((table) => this.title(table))) : grid;
  }

  nameOf(cell) { return this.lang === "zh" ? `${cell.row_label} × ${cell.column_label}` : cell.id.split("/").slice(1).join(" × "); }

  // --- the document, and what is in hand ---

  cells() {
    return new Map(this.state.cells.map((cell) => [cell.id, this.ahead.has(cell.id)
      ? { ...cell, value: this.ahead.get(cell.id), text: this.ahead.get(cell.id) ?? "", status: "corrected", flagged: false } : cell]));
  }

  flagged() { return this.state.queue.filter((id) => !this.ahead.has(id)); }

  leafOf(number) { return this.state.pages.find((one) => one.number === number); }

  placeOf(id) {
    for (const [g, grid] of this.state.grids.entries())
      for (const cell of grid.cells) if (cell.ids.includes(id)) return [g, cell.at[0], cell.at[1]];
    return null;
  }

  printedAt([g, row, column]) {
    return this.state.grids[g]?.cells.find(({ at }) => at[0] <= row && row < at[0] + at[2] && at[1] <= column && column < at[1] + at[3]);
  }

  // The printed cells that are selected.
  chosen() {
    if (!this.printed) return [];
    const grid = this.state.grids[this.printed[0]];
    const here = this.printedAt(this.printed);
    if (!here) return [];
    if (!this.anchor || this.anchor[0] !== this.printed[0] || !this.printedAt(this.anchor)) return [here];
    let box = [...this.printedAt(this.anchor).at];
    box = [Math.min(box[0], here.at[0]), Math.min(box[1], here.at[1]),
      Math.max(box[0] + box[2], here.at[0] + here.at[2]), Math.max(box[1] + box[3], here.at[1] + here.at[3])];
    return grid.cells.filter(({ at }) => at[0] >= box[0] && at[1] >= box[1] && at[0] + at[2] <= box[2] && at[1] + at[3] <= box[3]);
  }

  // What stands for a cell by now: typed, picked, or as it was.
  standing(cell) {
    if (this.typed !== null) return this.typed.replace(/^0+(?=\d)/, "").replace(/\.$/, "");
    return this.picked ?? cell.value;
  }

  take(grid, axis, index) {
    this.line = { grid: this.state.grids.indexOf(grid), axis, index, at: edgesOf(grid, axis)[index] };
  }

  // --- asking ---

  // One after the other, so that what was typed is done in its order; keys are answered before.
  ask(message, about = "") {
    this.pending += 1;
    this.views.bar.show();
    this.queue = this.queue.then(async () => {
      const late = setTimeout(() => { this.told = this.say("late"); this.views.bar.show(); }, LATE);
      try {
        const answer = await this.link.call({ ...message, save: this.link.autosave === true });
        this.told = answer.error ? about + (this.lang === "zh" ? answer.error_zh ?? answer.error : answer.error) : "";
        this.lost = !answer.state;
        if (answer.state) this.state = answer.state;
      } catch (error) {
        this.told = about + error.message;
        this.lost = true;
      }
      clearTimeout(late);
      this.pending -= 1;
    });
    return this.queue;
  }

  // What came back is shown; the place in hand stays, as far as it is still there.
  arrived() {
    this.byId = this.cells();
    if (this.selected && !this.byId.has(this.selected)) { this.selected = null; this.typed = null; this.picked = null; }
    if (this.selected) this.printed = this.placeOf(this.selected);
    if (this.printed && !this.printedAt(this.printed)) this.printed = null;
    this.anchor = null;
    const { line } = this;
    const grid = line && !this.told ? this.state.grids[line.grid] : null;
    if (grid) this.take(grid, line.axis, Math.min(line.index, edgesOf(grid, line.axis).length - 1)); else this.line = null;
    this.render();
  }

  change(message, about) { return this.ask(message, about).then(() => this.arrived()); }

  edit(edit, about) { return this.change({ op: "edit", edit }, about); }

  async picture(page) {
    const info = this.leafOf(page);
    const name = `${page}:${info?.rotation}:${info?.width}:${info?.height}`;
    if (!this.pictures.has(name)) this.pictures.set(name, (async () => {
      const image = new Image();
      image.src = await this.link.picture(page, this.state.revision);
      await image.decode();
      return image;
    })().catch((error) => { this.pictures.delete(name); throw error; }));
    return this.pictures.get(name);
  }

  // --- showing ---

  render() {
    if (!this.selected && !this.printed && this.flagged().length) { [this.selected] = this.flagged(); this.printed = this.placeOf(this.selected); }
    this.views.bar.show();
    this.views.tables.show();
    this.views.focus.show();
    this.views.tables.intoSight();
    this.views.page.show(false);
  }
}
