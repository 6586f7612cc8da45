// Renders the pages with liquidjs: node liquidjs.mjs FOLDER SECONDS
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Liquid } from "liquidjs";

const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
const engine = new Liquid({ root: [join(folder, "snippets")], extname: ".liquid", cache: true });
const data = JSON.parse(readFileSync(join(folder, "data.json"), "utf8"));
const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };

for (const name of ["product", "collection", "cart", "filters", "nav"]) {
  const template = engine.parse(readFileSync(join(folder, "templates", `${name}.liquid`), "utf8"));
  const page = engine.renderSync(template, data);
  for (let at = 0; at < 50; at += 1) engine.renderSync(template, data);
  const start = spent();
  let renders = 0;
  while (spent() - start < seconds) { engine.renderSync(template, data); renders += 1; }
  console.log(JSON.stringify({ name, per_second: renders / (spent() - start), page }));
}
