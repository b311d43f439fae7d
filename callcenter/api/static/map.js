/** The county's grid as SVG: townships, the villages of the lit one, and the ticket's cell lit. */

import { h } from "./dom.js";

const WIDTH = 1000; // units of the drawing; the page scales it

/**
 * Paths and boxes of the cells, drawn once.
 * Degrees become a plane by the cosine of the middle latitude, good enough for one county.
 */
export function drawGrid(geojson) {
  const rings = (geometry) => (geometry.type === "Polygon"
    ? [geometry.coordinates] : geometry.coordinates).map((polygon) => polygon[0]);
  const all = geojson.features.flatMap((feature) => rings(feature.geometry).flat());
  const [west, east] = bounds(all.map(([longitude]) => longitude));
  const [south, north] = bounds(all.map(([, latitude]) => latitude));
  const narrowing = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = WIDTH / ((east - west) * narrowing);
  const place = ([longitude, latitude]) => [
    (longitude - west) * narrowing * scale, (north - latitude) * scale,
  ];
  const cells = geojson.features.map((feature) => {
    const drawn = rings(feature.geometry).map((ring) => ring.map(place));
    return { ...feature.properties, path: drawn.map(pathOf).join(""), box: boxOf(drawn.flat()) };
  });
  return { cells, place, height: (north - south) * scale };
}

const bounds = (numbers) => numbers.reduce(
  ([low, high], number) => [Math.min(low, number), Math.max(high, number)], [Infinity, -Infinity],
);
const pathOf = (ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;

function boxOf(points) {
  const [left, right] = bounds(points.map(([x]) => x));
  const [top, bottom] = bounds(points.map(([, y]) => y));
  return { left, top, width: right - left, height: bottom - top };
}

/** The map's card; `wide` shows the whole county also where a cell is lit. */
export function mapCard({ grid, board, words, chosen, wide, onWide }) {
  if (!grid) return null;
  const located = board.tickets[chosen.ticket]?.located;
  const lit = located && grid.cells.find((cell) => cell.code === located.cell);
  const township = lit && grid.cells.find((cell) => cell.code === lit.code.slice(0, 9));
  const near = Boolean(township) && !wide;
  const box = near ? padded(township.box, grid) : { left: 0, top: 0, width: WIDTH, height: grid.height };
  const names = grid.cells.filter((cell) => (near
    ? cell.level === 3 && cell.parent === township.code : cell.level === 2));
  return h("div.card.map", {},
    h("div.top", {}, h("h2", {}, words.map),
      h("span.soft", {}, lit ? `${township?.name ?? ""} ${located.cell_name}` : words.noPlace),
      lit && h("button.plain", { onClick: onWide }, wide ? words.thisCell : words.wholeCounty)),
    h("svg", {
      viewBox: [box.left, box.top, box.width, box.height].map((n) => n.toFixed(1)).join(" "),
      role: "img", "aria-label": lit ? `${words.place} ${located.place}` : words.map,
    },
    grid.cells.filter((cell) => visible(cell, township, near)).map((cell) => h("path", {
      key: cell.code, d: cell.path, class: `level${cell.level}`,
      "data-lit": cell === lit ? "cell" : cell === township ? "township" : null,
    }, h("title", {}, cell.name))),
    lit && h("path.lit", { key: "lit", d: lit.path }),
    names.map((cell) => h("text", {
      key: `name ${cell.code}`, x: middle(cell.box)[0].toFixed(1), y: (cell.box.top + cell.box.height * 0.3).toFixed(1),
      "font-size": (box.width / 34).toFixed(1),
    }, cell.name)),
    located?.candidates.map((one) => point(grid, one, box, "circle.candidate")),
    located?.place && located.longitude !== null && point(grid, located, box, "circle.point")));
}

const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];

function visible(cell, township, near) {
  if (cell.level <= 2) return true;
  return near && cell.code.startsWith(township.code);
}

function padded(box, grid) {
  const height = Math.max(box.height, (box.width * grid.height) / WIDTH) * 1.12;
  const width = (height * WIDTH) / grid.height;
  const [x, y] = middle(box);
  return { left: x - width / 2, top: y - height / 2, width, height };
}

function point(grid, { place, longitude, latitude }, box, shape) {
  const [cx, cy] = grid.place([longitude, latitude]);
  return h(shape, { key: `${shape} ${place} ${cx} ${cy}`, cx, cy, r: box.width / 70 },
    h("title", {}, place));
}
