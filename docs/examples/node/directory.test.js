import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";

import { makeClient } from "./client.js";
import { find, keepInStep, signUp } from "./directory.js";
import { serve } from "./stub.js";

const TWILIO_ACCOUNT_SID = `AC${"a".repeat(32)}`;
const TWILIO_AUTH_TOKEN = "made-up";
const ADA = { id: "ada", name: "Ada", plan: "pro" };
const GRACE = { id: "grace", name: "Grace", plan: "free" };

let stub;
let environment;
let client;

before(async () => {
  stub = await serve(
    ...["--account-sid", TWILIO_ACCOUNT_SID, "--auth-token", TWILIO_AUTH_TOKEN],
    ...["--max-page-size", "3"],
  );
  environment = { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_BASE_URL: stub.url };
  client = makeClient(environment);
});
beforeEach(() => stub.reset());
afterEach(async () => {
  // Twilio ignores what it does not know: a misspelt parameter is answered as if all were well.
  const violations = (await stub.journal()).flatMap((exchange) => exchange.violations);
  assert.deepEqual(violations, []);
});
after(() => stub?.stop());

/** What a person's user is to look like. */
const seedOf = ({ id, name, plan }) => ({ identity: id, friendly_name: name, attributes: { plan } });

/** The people that the users are, in order of their ids. */
async function people() {
  const users = (await stub.users()).map((user) => ({
    id: user.identity,
    name: user.friendly_name,
    ...JSON.parse(user.attributes),
  }));
  return users.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** What was asked, as names of operations. */
const operations = async () => (await stub.journal()).map((exchange) => exchange.operation);

test("who is missing is created", async () => {
  const done = await keepInStep(client, [ADA, GRACE]);
  assert.deepEqual(done, { created: ["ada", "grace"], updated: [], deleted: [] });
  assert.deepEqual(await people(), [ADA, GRACE]);
});

test("who changed is updated, and stays the same user", async () => {
  const [{ sid }] = await stub.seed(seedOf({ ...ADA, name: "A." }), seedOf({ ...GRACE, plan: "pro" }));
  const done = await keepInStep(client, [ADA, GRACE]);
  assert.deepEqual(done, { created: [], updated: ["ada", "grace"], deleted: [] });
  assert.deepEqual(await people(), [ADA, GRACE]);
  assert.equal((await stub.users())[0].sid, sid);
});

test("who left is deleted", async () => {
  await stub.seed(seedOf(ADA), seedOf(GRACE));
  const done = await keepInStep(client, [GRACE]);
  assert.deepEqual(done, { created: [], updated: [], deleted: ["ada"] });
  assert.deepEqual(await people(), [GRACE]);
});

test("nothing is written where all are in step", async () => {
  await stub.seed({ ...seedOf(ADA), attributes: '{ "plan": "pro" }' });
  await keepInStep(client, [ADA]);
  assert.deepEqual(await operations(), ["list_user"]);
});

test("every page is read", async () => {
  const many = [..."abcdefg"].map((id) => ({ id, name: id, plan: "free" }));
  await stub.seed(...many.map(seedOf));
  const done = await keepInStep(client, many);
  assert.deepEqual(done, { created: [], updated: [], deleted: [] });
  assert.deepEqual(await operations(), ["list_user", "list_user", "list_user"]);
});

test("somebody else made the user meanwhile: 409, and it is brought up to date", async () => {
  await stub.seed(seedOf({ ...ADA, name: "A." }));
  await signUp(client, ADA);
  assert.deepEqual(await people(), [ADA]);
  assert.deepEqual((await stub.journal()).map(({ status }) => status), [409, 200]);
});

test("two that run at once end well", async () => {
  await stub.seed(...[..."abc"].map((id) => ({ identity: id })));
  await Promise.all([keepInStep(client, [ADA, GRACE]), keepInStep(client, [ADA, GRACE])]);
  assert.deepEqual(await people(), [ADA, GRACE]);
});

test("a person without a user is found to have none", async () => {
  await stub.seed(seedOf(ADA));
  assert.equal((await find(client, "ada")).friendlyName, "Ada");
  assert.equal(await find(client, "nobody"), undefined);
});

for (const id of ["a/b?c#d", "50% off", "a%2Fb", "ada@example.com", "zoë 🎷"]) {
  test(`${id} is found by its identity`, async () => {
    await stub.seed({ identity: id });
    assert.equal((await find(client, id)).identity, id);
    await signUp(client, { ...ADA, id });
    assert.deepEqual(await people(), [{ ...ADA, id }]);
  });
}

test("what can't be in a path is not asked", async () => {
  for (const id of ["", ".", ".."]) {
    await assert.rejects(find(client, id), RangeError);
  }
  assert.deepEqual(await operations(), []);
});

test("a user without a path of its own is kept in step by its SID", async () => {
  await stub.seed({ identity: "." }, { identity: ".." });
  await keepInStep(client, [{ ...ADA, id: "." }]);
  assert.deepEqual(await people(), [{ ...ADA, id: "." }]);
});

test("too many requests are sent again", async () => {
  await stub.refuse("create_user", "too_many_requests", 2);
  await signUp(client, ADA);
  assert.deepEqual((await stub.journal()).map(({ status }) => status), [429, 429, 201]);
});

test("an outage is told, and nothing is taken for missing", async () => {
  await stub.seed(seedOf(ADA));
  for (const operation of ["list_user", "fetch_user", "create_user"]) {
    await stub.refuse(operation, "unavailable");
  }
  const attempts = [find(client, "ada"), signUp(client, GRACE), keepInStep(client, [])];
  for (const { reason } of await Promise.allSettled(attempts)) {
    assert.equal(reason?.status, 503);
  }
  assert.deepEqual(await people(), [ADA]);
});

test("a wrong token is told, and nothing is taken for missing", async () => {
  const stranger = makeClient({ ...environment, TWILIO_AUTH_TOKEN: "wrong" });
  const attempts = [find(stranger, "ada"), signUp(stranger, ADA), keepInStep(stranger, [])];
  for (const { reason } of await Promise.allSettled(attempts)) {
    assert.deepEqual([reason?.status, reason?.code], [401, 20003]);
  }
});

test("the program takes its people from a file and its settings from the environment", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "people-"));
  try {
    const file = path.join(folder, "people.json");
    await writeFile(file, JSON.stringify([ADA]));
    const main = path.join(import.meta.dirname, "main.js");
    const env = { ...process.env, ...environment };
    const { stdout } = await promisify(execFile)(process.execPath, [main, file], { env });
    assert.equal(stdout, '{"created":["ada"],"updated":[],"deleted":[]}\n');
  } finally {
    await rm(folder, { recursive: true });
  }
  assert.deepEqual(await people(), [ADA]);
});
