// Keeps Conversations users in step with people: { id, name, plan }. A person's id is the identity.
import { isDeepStrictEqual } from "node:util";

const IDENTITY_TAKEN = 50201;

/** The user of an identity, which the SDK puts into the path as it is. */
function userOf(client, identity) {
  if (["", ".", ".."].includes(identity)) {
    throw new RangeError(`${JSON.stringify(identity)} can't be in a path; ask by the user's SID`);
  }
  return client.conversations.v1.users(encodeURIComponent(identity));
}

const fieldsOf = ({ name, plan }) => ({
  friendlyName: name,
  attributes: JSON.stringify({ plan }), // of an object the SDK would send the keys, one by one
});

const isInStep = (user, { name, plan }) =>
  user.friendlyName === name && isDeepStrictEqual(JSON.parse(user.attributes), { plan });

function tolerateMissing(error) {
  if (error.status !== 404) throw error;
}

/** The user of a person; undefined if there is none. */
export async function find(client, id) {
  return await userOf(client, id).fetch().catch(tolerateMissing);
}

/** Make a person's user; if somebody else made it meanwhile, bring it up to date. */
export async function signUp(client, person) {
  try {
    return await client.conversations.v1.users.create({ identity: person.id, ...fieldsOf(person) });
  } catch (error) {
    if (error.code !== IDENTITY_TAKEN) throw error;
    return await userOf(client, person.id).update(fieldsOf(person));
  }
}

/** Create, update and delete users until they are the people; gives the ids of each. */
export async function keepInStep(client, people) {
  const done = { created: [], updated: [], deleted: [] };
  const missing = new Map(people.map((person) => [person.id, person]));
  const { users } = client.conversations.v1;
  for (const user of await users.list({ pageSize: 50 })) {
    const person = missing.get(user.identity);
    missing.delete(user.identity);
    if (!person) {
      await users(user.sid).remove().catch(tolerateMissing);
      done.deleted.push(user.identity);
    } else if (!isInStep(user, person)) {
      await users(user.sid).update(fieldsOf(person));
      done.updated.push(user.identity);
    }
  }
  for (const person of missing.values()) {
    await signUp(client, person);
    done.created.push(person.id);
  }
  return done;
}
