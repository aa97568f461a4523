// node main.js people.json
import { readFile } from "node:fs/promises";

import { makeClient } from "./client.js";
import { keepInStep } from "./directory.js";

const people = JSON.parse(await readFile(process.argv[2], "utf8"));
console.log(JSON.stringify(await keepInStep(makeClient(), people)));
