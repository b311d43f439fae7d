// Which of two walls the page keeps, told in either order. Run: node newer_wall.mjs '[WALL, WALL]'
globalThis.document = {};
const { newerWall } = await import("../../callcenter/api/static/wall.js");

const [one, other] = JSON.parse(process.argv[2]);
process.stdout.write(JSON.stringify([newerWall(one, other), newerWall(other, one)]));
