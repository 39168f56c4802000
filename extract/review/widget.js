// A document under correction in a notebook: messages go through the kernel; pictures come back as bytes.
import { element } from "./elements.js";
import { mount } from "./review.js";
import { WORDS } from "./words.js";

function render({ model, el }) {
  const waiting = new Map();
  const view = Math.random().toString(36).slice(2);  // several views may share the model, and hear each other's answers
  let count = 0;
  let shown = null;
  const asked = (message) => new Promise((resolve) => {
    const id = `${view}:${count += 1}`;
    waiting.set(id, resolve);
    model.send({ id, message });
  });
  const heard = (answer, buffers) => {
    const resolve = waiting.get(answer?.id);
    waiting.delete(answer?.id);
    if (resolve) resolve(buffers?.length ? buffers[0] : answer.answer);
    else if (answer?.answer?.state) shown?.take(answer.answer.state);
  };
  model.on("msg:custom", heard);
  const home = element("div", {}, element("p", { class: "gk wait" }, WORDS.opening[model.get("language")]));
  el.append(home);
  asked({ op: "state" }).then((answer) => {
    shown = mount(home, {
      call: asked,
      picture: async (page) => dataUrl(await asked({ op: "page", page })),
      autosave: model.get("autosave"),
      lang: model.get("language"),
    }, answer.state);
  });
  return () => { model.off("msg:custom", heard); shown?.close(); };
}

// A picture's bytes as an address: notebooks may forbid those of blobs (VS Code), these none does.
function dataUrl(bytes) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes], { type: "image/png" }));
  });
}

export default { render };
