// Elements of a page and of a drawing. Text comes in as children, so that nothing of a document is taken for markup.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export function button(attributes, go, ...children) {
  const made = element("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", go);
  return made;
}
