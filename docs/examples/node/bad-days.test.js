// What fetch and Twilio's package make of a bad day, which the stub brings about on the socket.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { makeClient } from "./client.js";
import { signUp } from "./directory.js";
import { serve } from "./stub.js";

const TWILIO_ACCOUNT_SID = `AC${"a".repeat(32)}`;
const TWILIO_AUTH_TOKEN = "made-up";
const ADA = { id: "ada", name: "Ada", plan: "pro" };

let stub;

before(async () => (stub = await serve("--account-sid", TWILIO_ACCOUNT_SID)));
beforeEach(() => stub.reset());
after(() => stub?.stop());

/** Create a user by fetch, and read the answer. */
async function create(signal = AbortSignal.timeout(10_000)) {
  const answer = await fetch(`${stub.url}/v1/Users`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`)}` },
    body: new URLSearchParams({ Identity: "ada" }),
    signal,
  });
  return [answer.status, await answer.text()];
}

const identities = async () => (await stub.users()).map(({ identity }) => identity);

for (const [fault, code, made] of [
  ["connection_reset", "ECONNRESET", []],
  ["answer_lost", "UND_ERR_SOCKET", ["ada"]],
  ["body_cut", "UND_ERR_SOCKET", ["ada"]],
]) {
  test(`${fault} is told as ${code}`, async () => {
    await stub.fail("create_user", fault);
    await assert.rejects(create(), (error) => error.cause.code === code);
    assert.deepEqual(await identities(), made);
  });
}

for (const [fault, options, made] of [
  ["read_timeout", {}, []],
  ["slow", { arguments: { seconds: 30 } }, ["ada"]],
]) {
  test(`of ${fault} the caller's own time limit makes an end`, async () => {
    await stub.fail("create_user", fault, options);
    await assert.rejects(create(AbortSignal.timeout(50)), { name: "TimeoutError" });
    assert.deepEqual(await identities(), made);
    assert.deepEqual((await stub.journal()).map((exchange) => exchange.fault), [fault]);
  });
}

test("a slow answer comes", async () => {
  await stub.fail("create_user", "slow", { arguments: { seconds: 0.05 } });
  assert.equal((await create())[0], 201);
});

test("a slow answer holds up nobody", async () => {
  await stub.fail("create_user", "slow", { arguments: { seconds: 30 } });
  const giveUp = new AbortController();
  const created = create(giveUp.signal);
  while (!(await stub.journal()).length);
  assert.deepEqual(await identities(), ["ada"]);
  giveUp.abort();
  await assert.rejects(created, { name: "AbortError" });
});

test("a proxy's page is no JSON", async () => {
  await stub.fail("create_user", "html_body", { arguments: { status: 502 } });
  const [status, body] = await create();
  assert.equal(status, 502);
  assert.throws(() => JSON.parse(body), SyntaxError);
});

test("who signs up again after a lost answer has one user", async () => {
  const client = makeClient({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_BASE_URL: stub.url });
  await stub.fail("create_user", "answer_lost", { times: 1 });
  await assert.rejects(signUp(client, ADA), { code: "ECONNRESET" });
  await signUp(client, ADA);
  assert.deepEqual(await identities(), ["ada"]);
  assert.deepEqual((await stub.journal()).map(({ status }) => status), [null, 409, 200]);
});
