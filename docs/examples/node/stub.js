// The stub of Twilio's users as a process, and its control endpoints.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const PROGRAM = process.env.TWILIO_USERS ?? "twilio-users";

/** Start `twilio-users serve` with options; it is ready when it has said its base URL. */
export async function serve(...options) {
  const running = spawn(PROGRAM, ["serve", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  running.stderr.on("data", (text) => (log += text));
  const ended = once(running, "close").then(([code]) => {
    throw new Error(`${PROGRAM} serve ended with ${code}:\n${log}`);
  });
  const [url] = await Promise.race([once(createInterface(running.stdout), "line"), ended]);

  async function control(method, name, body) {
    const answer = await fetch(`${url}/__twilio_users__/${name}`, { method, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${name}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }

  return {
    url,
    /** Begin anew: no users, an empty journal. */
    reset: () => control("POST", "reset"),
    /** Add users without a request; gives them with their SIDs. */
    seed: async (...users) => (await control("POST", "seed", JSON.stringify(users))).users,
    /** Have an operation refused as Twilio would, some times or until the reset. */
    refuse: (operation, refusal, times) =>
      control("POST", "refuse", JSON.stringify({ operation, refusal, times })),
    /** Have an operation meet a fault: its arguments, times, after and every are options. */
    fail: (operation, fault, options) =>
      control("POST", "fault", JSON.stringify({ operation, fault, ...options })),
    /** The users there are. */
    users: async () => (await control("GET", "state")).users,
    /** What was asked since the reset. */
    journal: async () => (await control("GET", "journal")).exchanges,
    /** End the process. */
    async stop() {
      running.kill();
      await ended.catch(() => {});
    },
  };
}
