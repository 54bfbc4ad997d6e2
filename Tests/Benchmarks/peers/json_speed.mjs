// Measures node's JSON on one text:  json_speed.mjs parse|write FILE SECONDS
//
// Prints how many bytes of the text it goes through a second; bytes to a tree or a tree to bytes.
import { readFileSync } from "node:fs";

const [direction, path, seconds] = process.argv.slice(2);
const text = readFileSync(path);
const tree = JSON.parse(text);
const work = { parse: () => JSON.parse(text.toString()), write: () => Buffer.from(JSON.stringify(tree)) }[direction];

const batch = Math.max(1, Math.floor(65536 / text.length));
let times = 0;
const start = performance.now();
while (performance.now() - start < 1000 * seconds) {
  for (let index = 0; index < batch; index++) work();
  times += batch;
}
console.log((times * text.length * 1000) / (performance.now() - start));
