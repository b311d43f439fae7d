/**
 * The page as a function of the board: `h` describes elements, `patch` makes a parent show them.
 * Elements that stay are kept, so focus, scrolling and what a screen reader reads are not lost.
 * Text is only ever text: nothing here parses HTML.
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "circle", "text", "title"]);

/**
 * An element to be shown.
 * @param {string} tag "div", or with classes "div.card.open"
 * @param {object} [attributes] `key` names it among its siblings; `on...` are listeners
 * @param {...any} children descriptions, text, arrays of them; null and false show nothing
 */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const { key = null, ...rest } = attributes;
  const given = rest.class ? [rest.class] : [];
  if (classes.length + given.length) rest.class = [...classes, ...given].join(" ");
  return { name, key, attributes: rest, children: flat(children) };
}

/** Make `parent` show exactly these children. */
export function patch(parent, ...children) {
  const wanted = flat(children);
  const free = new Set(parent.childNodes);
  const nodes = wanted.map((child) => {
    const known = [...free].find((node) => fits(node, child)) ?? create(child);
    free.delete(known);
    update(known, child);
    return known;
  });
  for (const node of free) node.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index]);
  });
}

const flat = (children) => children.flat(Infinity)
  .filter((child) => child !== null && child !== undefined && child !== false)
  .map((child) => (typeof child === "object" ? child : { text: String(child) }));

function fits(node, child) {
  if ("text" in child) return node.nodeType === Node.TEXT_NODE;
  return node.localName === child.name && (node.shownKey ?? null) === child.key;
}

function create(child) {
  if ("text" in child) return document.createTextNode(child.text);
  const node = SVG_TAGS.has(child.name)
    ? document.createElementNS(SVG, child.name)
    : document.createElement(child.name);
  node.shownKey = child.key;
  return node;
}

function update(node, child) {
  if ("text" in child) {
    if (node.data !== child.text) node.data = child.text;
    return;
  }
  const before = node.shown ?? {};
  for (const name of Object.keys(before)) if (!(name in child.attributes)) set(node, name, null);
  for (const [name, value] of Object.entries(child.attributes)) {
    if (before[name] !== value) set(node, name, value);
  }
  node.shown = child.attributes;
  patch(node, child.children);
}

function set(node, name, value) {
  if (name.startsWith("on")) node[name.toLowerCase()] = value;
  else if (value === null || value === false || value === undefined) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}
