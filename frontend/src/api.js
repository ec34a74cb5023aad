// What the pages know of the API: its private routes, and the session of the user that opens them.

import { inJson, readData, send } from "./http.js";
import { authFetch, fetchAsUser, login, readSession } from "./tokens.js";

export { setBaseUrl } from "./http.js";
export { authFetch, login, logOut, lookAtSession, onSessionChange, readSession } from "./tokens.js";

/** Make an account, and log in with it. */
export async function signUp(username, password) {
  await readData(await send("/users", inJson({ username, password })));
  return login(username, password);
}

let asked = {}; // the last session, and the promise of its profile

/** Who is logged in: { id, username }. All who ask in one session share one request. */
export function getProfile() {
  const session = readSession();
  if (asked.session !== session) {
    const question = { session, profile: readProfile() };
    question.profile.catch(() => {
      if (asked === question) asked = {}; // the next one asks again
    });
    asked = question;
  }
  return asked.profile;
}

/** A refused token is not forgotten here: a name in the navigation must not log anybody out. */
async function readProfile() {
  return readData(await fetchAsUser("/protected"));
}

/** The user's tasks: a list of { id, title }. */
export async function getMyTasks() {
  return readData(await authFetch("/tasks"));
}

/** Add a task, and return it: { id, title }. */
export async function addTask(title) {
  return readData(await authFetch("/tasks", inJson({ title })));
}

/** Delete a task. It is no error when it is gone already: another tab may have deleted it. */
export async function deleteTask(id) {
  const response = await authFetch(`/tasks/${id}`, { method: "DELETE" });
  if (response.status !== 404) await readData(response);
}
